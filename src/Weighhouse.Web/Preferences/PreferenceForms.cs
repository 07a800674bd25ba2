using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Words;

namespace Weighhouse.Web.Preferences;

/// <summary>How a visitor likes the pages. Kept in cookies, so that the server renders the next page right from the start.</summary>
internal static class PreferenceForms
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapForm("/preferences", Policy.Anyone, SetAsync);

    private static ValueTask<IResult> SetAsync(PageCall call)
    {
        if (Enum.TryParse<Theme>(call.Field("theme"), ignoreCase: true, out var theme) && Enum.IsDefined(theme))
            Cookies.SetPreference(call.Http, Cookies.Theme, theme.ToString().ToLowerInvariant());
        if (PageWords.All.FirstOrDefault(words => words.Language == call.Field("language")) is { } chosen)
            Cookies.SetPreference(call.Http, Cookies.Language, chosen.Language);
        return new ValueTask<IResult>(call.GoTo(call.ReturnTo("/")));
    }
}

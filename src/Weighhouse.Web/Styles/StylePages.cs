using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Web.Pages;

namespace Weighhouse.Web.Styles;

/// <summary>The design system in all its states, for those who build pages.</summary>
internal static class StylePages
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPage("/style", Policy.Anyone, Show);

    private static ValueTask<IResult> Show(PageCall call) =>
        new(call.Show<StylePage>(PageHead.Of("Style"), new Dictionary<string, object?>()));
}

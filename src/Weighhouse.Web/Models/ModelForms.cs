using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Models;

/// <summary>The forms that change a registered model or one of its versions.</summary>
internal static class ModelForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapForm("/models/{name}/description", Policy.Contribute, DescribeAsync);
        routes.MapForm("/models/{name}/aliases", Policy.Contribute, SetAliasAsync);
        routes.MapForm("/models/{name}/aliases/delete", Policy.Contribute, DeleteAliasAsync);
        routes.MapForm("/models/{name}/versions/{version}/stage", Policy.Contribute, MoveAsync);
    }

    private static async ValueTask<IResult> DescribeAsync(PageCall call)
    {
        var described = await call.Get<IRegisteredModels>().DescribeAsync(
            call.Caller, call.Route("name"), call.Field("description"), call.Cancellation);
        return Answer(call, described.Error);
    }

    private static async ValueTask<IResult> SetAliasAsync(PageCall call)
    {
        if (!TryVersion(call, call.Field("version"), out var version)) return call.Fail(NoVersion(call.Field("version")));
        var set = await call.Get<IRegisteredModels>().SetAliasAsync(call.Caller, version, call.Field("alias").Trim(), call.Cancellation);
        return Answer(call, set.Error);
    }

    private static async ValueTask<IResult> DeleteAliasAsync(PageCall call)
    {
        var deleted = await call.Get<IRegisteredModels>().DeleteAliasAsync(
            call.Caller, call.Route("name"), call.Field("alias"), call.Cancellation);
        return Answer(call, deleted.Error);
    }

    private static async ValueTask<IResult> MoveAsync(PageCall call)
    {
        if (!TryVersion(call, call.Route("version"), out var version)) return call.Fail(NoVersion(call.Route("version")));
        var archives = call.Field("archive").Length > 0;
        var moved = await call.Get<IModelVersions>().MoveAsync(
            call.Caller, version, call.Field("stage"), archives ? true : null, call.Cancellation);
        return Answer(call, moved.Error);
    }

    private static IResult Answer(PageCall call, Error? error) =>
        error is null ? call.GoTo(Links.Model(call.Route("name")), new Flash(FlashKind.Saved)) : call.Fail(error);

    private static bool TryVersion(PageCall call, string text, out ModelVersionId version)
    {
        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        version = new ModelVersionId(call.Route("name"), number);
        return isNumber;
    }

    private static Error NoVersion(string text) => Error.Invalid($"'{text}' is no version; versions are whole numbers.", "version");
}

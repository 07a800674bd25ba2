using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Tracking;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Models;

/// <summary>The registry: which models there are, and one model with its versions, aliases, stages and history.</summary>
internal static class ModelPages
{
    private const int PageSize = 50;
    private const int VersionsShown = 200;
    private const int EventsShown = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/models", Policy.View, ListAsync);
        routes.MapPage("/models/{name}", Policy.View, ShowAsync);
        routes.MapPage("/models/{name}/versions/{version}", Policy.View, VersionPages.ShowAsync);
        ModelForms.Map(routes);
    }

    private static async ValueTask<IResult> ListAsync(PageCall call)
    {
        if (call.Query("at") is { } at) return await PastPages.RegistryAsync(call, at);
        var typed = call.Query("filter");
        var found = await call.Get<IRegisteredModels>().SearchAsync(
            call.Caller,
            new ModelSearch(
                FilterText.Of(typed, "name"), ["last_updated_timestamp DESC"], new PageRequest(PageSize, call.Query("page")),
                FilterDialect.Native),
            call.Cancellation);
        if (found.Error is { Code: not ErrorCode.InvalidArgument } failure) return call.Fail(failure);
        var models = found.Error is null ? found.Value : Page<RegisteredModel>.Empty;
        var stages = new Dictionary<string, StageList>();
        foreach (var project in models.Items.Select(static model => model.Project).Distinct())
        {
            var listed = await call.Get<IStages>().GetAsync(call.Caller, project, call.Cancellation);
            if (!listed.TryGet(out var list, out var error)) return call.Fail(error);
            stages[project] = list;
        }

        var model = new ModelListModel(models, stages, typed ?? "", found.Error?.Message, call.Query("page") is not null);
        return call.Show<ModelListPage>(PageHead.Of(call.Words["nav.models"], Section.Models), model);
    }

    private static async ValueTask<IResult> ShowAsync(PageCall call)
    {
        var name = call.Route("name");
        if (call.Query("at") is { } at) return await PastPages.ModelAsync(call, name, at);
        var read = await call.Get<IRegisteredModels>().GetAsync(call.Caller, name, call.Cancellation);
        if (!read.TryGet(out var registered, out var error)) return call.Fail(error);
        var found = await call.Get<IModelVersions>().ListAsync(
            call.Caller, name, new PageRequest(VersionsShown, call.Query("page")), call.Cancellation);
        if (!found.TryGet(out var versions, out error)) return call.Fail(error);
        var listed = await call.Get<IRegistryHistory>().ListAsync(call.Caller, name, new PageRequest(EventsShown), call.Cancellation);
        if (!listed.TryGet(out var events, out error)) return call.Fail(error);
        if (!(await call.Get<IStages>().GetAsync(call.Caller, registered.Project, call.Cancellation)).TryGet(out var stages, out error))
            return call.Fail(error);
        var model = new ModelModel(
            registered, versions, events.Items, stages, call.Query("page") is not null,
            call.Caller.Can(Permission.Contribute, Scope.Model(registered.Project, registered.Name)));
        var head = new PageHead(
            registered.Name, Section.Models, [new Crumb(call.Words["nav.models"], "/models"), new Crumb(registered.Name)], []);
        return call.Show<ModelPage>(head, model);
    }
}

public sealed record ModelListModel(
    Page<RegisteredModel> Models, IReadOnlyDictionary<string, StageList> Stages, string Filter, string? Problem, bool IsLaterPage);

public sealed record ModelModel(
    RegisteredModel Model, Page<ModelVersion> Versions, IReadOnlyList<RegistryEvent> Events, StageList Stages, bool IsLaterPage,
    bool MayChange)
{
    public string Url => Links.Model(Model.Name);
}

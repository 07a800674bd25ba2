using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Web.Forms;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Experiments;

/// <summary>The list of experiments, one experiment with its runs, and the forms that change an experiment.</summary>
internal static class ExperimentPages
{
    public const string NoteTag = "mlflow.note.content";

    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/experiments", Policy.View, ListAsync);
        routes.MapPage("/experiments/{id}", Policy.View, ShowAsync);
        routes.MapData("/experiments/{id}/rows", Policy.View, RunRows.AnswerAsync);
        routes.MapData("/experiments/{id}/count", Policy.View, RunCount.AnswerAsync);
        routes.MapData("/experiments/{id}/keys", Policy.View, RunKeyList.AnswerAsync);
        routes.MapForm("/experiments", Policy.Contribute, CreateAsync);
        routes.MapForm("/experiments/{id}/rename", Policy.Contribute, RenameAsync);
        routes.MapForm("/experiments/{id}/note", Policy.Contribute, SetNoteAsync);
        routes.MapForm("/experiments/{id}/delete", Policy.Contribute, DeleteAsync);
        routes.MapForm("/experiments/{id}/restore", Policy.Contribute, RestoreAsync);
    }

    private static async ValueTask<IResult> ListAsync(PageCall call)
    {
        var typed = call.Query("filter");
        var isDeleted = call.Query("view") is "deleted";
        var found = await call.Get<IExperiments>().SearchAsync(
            call.Caller,
            new ExperimentSearch(
                FilterText.Of(typed, "name"), ["last_update_time DESC"], isDeleted ? StageView.DeletedOnly : StageView.ActiveOnly,
                new PageRequest(PageSize, call.Query("page")), SearchDialect.Native),
            call.Cancellation);
        if (found.Error is { Code: not ErrorCode.InvalidArgument } error) return call.Fail(error);
        var model = new ExperimentListModel(
            found.Error is null ? found.Value : Page<Experiment>.Empty, typed ?? "", isDeleted, found.Error?.Message,
            call.Caller.Can(Permission.Contribute, Scope.OfProject(Scope.DefaultProject)), call.Query("page") is not null);
        return call.Show<ExperimentListPage>(PageHead.Of(call.Words["nav.experiments"], Section.Experiments), model);
    }

    private static async ValueTask<IResult> ShowAsync(PageCall call)
    {
        var read = await FindAsync(call);
        if (!read.TryGet(out var experiment, out var error)) return call.Fail(error);
        var question = RunQuestion.Of(call, experiment.Id);
        var found = await call.Get<IRuns>().SearchAsync(call.Caller, question.ToSearch(PageSize), call.Cancellation);
        if (found.Error is { Code: not ErrorCode.InvalidArgument } refused) return call.Fail(refused);
        var runs = found.Error is null ? found.Value : Page<Run>.Empty;
        var search = new RunKeySearch(experiment.Id, null, RunKeyList.KeysOnPage);
        if (!(await call.Get<IRuns>().FindKeysAsync(call.Caller, search, call.Cancellation)).TryGet(out var keys, out error))
            return call.Fail(error);
        var wanted = question.Columns ?? RunColumns.Best(runs.Items);
        var columns = RunColumns.Of(keys.Keys.Where(RunKeyList.IsOffered), wanted, call.Words);
        var model = new ExperimentModel(
            experiment, runs, question, columns, keys.IsComplete, [.. wanted.Where(id => columns.Any(column => column.Id == id))],
            found.Error?.Message, call.Caller.Can(Permission.Contribute, Scope.Experiment(experiment.Project, experiment.Id)));
        var head = new PageHead(
            experiment.Name, Section.Experiments,
            [new Crumb(call.Words["nav.experiments"], "/experiments"), new Crumb(experiment.Name)], ["runs.js"],
            FillsWindow: model.HasTable);
        return call.Show<ExperimentPage>(head, model);
    }

    private static async ValueTask<IResult> CreateAsync(PageCall call)
    {
        var created = await call.Get<IExperiments>()
            .CreateAsync(call.Caller, new NewExperiment(call.Field("name").Trim()), call.Cancellation);
        return created.TryGet(out var experiment, out var error)
            ? call.GoTo(Links.Experiment(experiment.Id), new Flash(FlashKind.ExperimentCreated))
            : call.Fail(error);
    }

    private static ValueTask<IResult> RenameAsync(PageCall call) => ChangeAsync(
        call, new Flash(FlashKind.Saved), (experiments, id) =>
            experiments.RenameAsync(call.Caller, id, call.Field("name").Trim(), call.Cancellation));

    private static ValueTask<IResult> SetNoteAsync(PageCall call) => ChangeAsync(
        call, new Flash(FlashKind.Saved), (experiments, id) => call.Field("note").Length == 0
            ? experiments.DeleteTagAsync(call.Caller, id, NoteTag, call.Cancellation)
            : experiments.SetTagAsync(call.Caller, id, new Tag(NoteTag, call.Field("note")), call.Cancellation));

    private static ValueTask<IResult> DeleteAsync(PageCall call) => ChangeAsync(
        call, new Flash(FlashKind.ExperimentDeleted, call.Route("id")), (experiments, id) =>
            experiments.DeleteAsync(call.Caller, id, call.Cancellation), "/experiments");

    private static ValueTask<IResult> RestoreAsync(PageCall call) => ChangeAsync(
        call, new Flash(FlashKind.ExperimentRestored), (experiments, id) => experiments.RestoreAsync(call.Caller, id, call.Cancellation));

    private static async ValueTask<IResult> ChangeAsync(
        PageCall call, Flash flash, Func<IExperiments, ExperimentId, ValueTask<Result<Done>>> change, string? target = null)
    {
        if (!ExperimentId.TryParse(call.Route("id"), out var id)) return call.Fail(NoSuch(call));
        var changed = await change(call.Get<IExperiments>(), id);
        return changed.Error is { } error ? call.Fail(error) : call.GoTo(target ?? call.ReturnTo(Links.Experiment(id)), flash);
    }

    internal static async ValueTask<Result<Experiment>> FindAsync(PageCall call) =>
        ExperimentId.TryParse(call.Route("id"), out var id)
            ? await call.Get<IExperiments>().GetAsync(call.Caller, id, call.Cancellation)
            : NoSuch(call);

    private static Error NoSuch(PageCall call) => Error.NotFound($"There is no experiment '{call.Route("id")}'; its id is a whole number.");
}

public sealed record ExperimentListModel(
    Page<Experiment> Experiments, string Filter, bool IsDeletedView, string? Problem, bool MayCreate, bool IsLaterPage)
{
    public bool IsEmptyServer => Experiments.Items.Count == 0 && Filter.Length == 0 && !IsDeletedView && !IsLaterPage;
}

public sealed record ExperimentModel(
    Experiment Experiment,
    Page<Run> Runs,
    RunQuestion Question,
    IReadOnlyList<RunColumn> Columns,
    bool HasAllColumns,
    IReadOnlyList<string> Shown,
    string? Problem,
    bool MayChange)
{
    public bool HasTable => Runs.Items.Count > 0;

    public string? Note => Experiment.Tags.FirstOrDefault(tag => tag.Key == ExperimentPages.NoteTag).Value;
}

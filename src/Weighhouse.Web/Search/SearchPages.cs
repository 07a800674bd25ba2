using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Tracking;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Search;

public sealed record FoundItem(string Kind, string Name, string? Note, string Url);

public sealed record FoundItems(IReadOnlyList<FoundItem> Items);

public sealed record SearchModel(string Query, IReadOnlyList<FoundItem> Items);

/// <summary>Finds experiments and runs by name or id: for the search page, and for the command palette as JSON.</summary>
internal static class SearchPages
{
    private const int ItemsOfAKindMax = 20;
    private const int ExperimentsMax = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage("/search", Policy.View, ShowAsync);
        routes.MapData("/search.json", Policy.View, AnswerAsync);
    }

    private static async ValueTask<IResult> ShowAsync(PageCall call)
    {
        var query = call.Query("q") ?? "";
        var found = await FindAsync(call, query);
        return found.TryGet(out var items, out var error)
            ? call.Show<SearchPage>(PageHead.Of(call.Words["search.title"]), new SearchModel(query, items))
            : call.Fail(error);
    }

    private static async ValueTask<IResult> AnswerAsync(PageCall call)
    {
        var found = await FindAsync(call, call.Query("q") ?? "");
        return found.TryGet(out var items, out var error)
            ? Results.Json(new FoundItems(items), WebJson.Default.FoundItems)
            : ApiProblem.From(error);
    }

    private static async ValueTask<Result<List<FoundItem>>> FindAsync(PageCall call, string query)
    {
        query = query.Trim();
        if (query.Length == 0) return new List<FoundItem>();
        var listed = await call.Get<IExperiments>().SearchAsync(
            call.Caller,
            new ExperimentSearch(
                null, ["last_update_time DESC"], StageView.ActiveOnly, new PageRequest(ExperimentsMax), SearchDialect.Native),
            call.Cancellation);
        if (!listed.TryGet(out var experiments, out var error)) return error;
        var names = experiments.Items.ToDictionary(experiment => experiment.Id, experiment => experiment.Name);
        var items = experiments.Items
            .Where(experiment => experiment.Name.Contains(query, StringComparison.OrdinalIgnoreCase))
            .Take(ItemsOfAKindMax)
            .Select(found => new FoundItem("experiment", found.Name, call.Words["experiment"], Links.Experiment(found.Id)))
            .ToList();
        var text = FilterText.Escape(query);
        var registered = await call.Get<IRegisteredModels>().SearchAsync(
            call.Caller, new ModelSearch($"name ILIKE '%{text}%'", [], new PageRequest(ItemsOfAKindMax), FilterDialect.Native),
            call.Cancellation);
        if (!registered.TryGet(out var models, out error)) return error;
        items.AddRange(models.Items.Select(found => new FoundItem("model", found.Name, call.Words["model"], Links.Model(found.Name))));
        if (names.Count == 0) return items;
        var searched = await call.Get<IRuns>().SearchAsync(
            call.Caller,
            new RunSearch(
                [.. names.Keys], $"attributes.run_name ILIKE '%{text}%' OR attributes.run_id = '{text}'",
                ["attributes.start_time DESC"], StageView.ActiveOnly, new PageRequest(ItemsOfAKindMax), SearchDialect.Native),
            call.Cancellation);
        if (!searched.TryGet(out var runs, out error)) return error;
        items.AddRange(runs.Items.Select(run => new FoundItem("run", run.Info.Name, names[run.Info.Experiment], Links.Run(run.Info.Id))));
        return items;
    }
}

using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Models;

/// <summary>The registry, or one model, as it was at an instant that the address names.</summary>
internal static class PastPages
{
    private const int ModelsShown = 50;

    public static async ValueTask<IResult> RegistryAsync(PageCall call, string at)
    {
        if (!Instants.Parse("at", at).TryGet(out var atMs, out var error)) return Show(call, PastModel.Wrong(null, at, error));
        var listed = await call.Get<IRegistryHistory>().AsOfAsync(
            call.Caller, atMs, new PageRequest(ModelsShown, call.Query("page")), call.Cancellation);
        if (!listed.TryGet(out var models, out error)) return call.Fail(error);
        return await ShowAsync(call, null, atMs, models);
    }

    public static async ValueTask<IResult> ModelAsync(PageCall call, string name, string at)
    {
        if (!Instants.Parse("at", at).TryGet(out var atMs, out var error)) return Show(call, PastModel.Wrong(name, at, error));
        var found = await call.Get<IRegistryHistory>().AsOfAsync(call.Caller, name, atMs, call.Cancellation);
        if (found.Error is { Code: ErrorCode.NotFound } missing) return Show(call, PastModel.Wrong(name, at, missing));
        return found.TryGet(out var model, out error)
            ? await ShowAsync(call, name, atMs, new Page<ModelState>([model], null))
            : call.Fail(error);
    }

    private static async ValueTask<IResult> ShowAsync(PageCall call, string? name, long atMs, Page<ModelState> models)
    {
        var firsts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var project in models.Items.Select(static model => model.Project).Distinct())
        {
            var stages = await call.Get<IStages>().GetAsync(call.Caller, project, call.Cancellation);
            if (!stages.TryGet(out var list, out var error)) return call.Fail(error);
            firsts[project] = list.First.Name;
        }

        var rows = models.Items.SelectMany(model => RowsOf(model, firsts[model.Project], isWhole: name is not null)).ToList();
        return Show(call, new PastModel(name, atMs, rows, models.NextToken, call.Query("page") is not null, null));
    }

    /// <summary>Of many models only the versions that a stage or an alias names, and the highest; of one model all.</summary>
    private static IEnumerable<PastRow> RowsOf(ModelState model, string first, bool isWhole)
    {
        if (model.Versions.Count == 0) yield return new PastRow(model.Name, null, [], false);
        foreach (var version in model.Versions.Reverse())
        {
            string[] aliases =
                [.. model.Aliases.Where(alias => alias.Version == version.Version).Select(static alias => alias.Alias)];
            var isStaged = version.Stage != first;
            if (isWhole || isStaged || aliases.Length > 0 || version == model.Versions[^1])
                yield return new PastRow(model.Name, version, aliases, isStaged);
        }
    }

    private static IResult Show(PageCall call, PastModel model)
    {
        var crumbs = new List<Crumb> { new(call.Words["nav.models"], "/models") };
        if (model.Name is { } name) crumbs.Add(new Crumb(name, Links.Model(name)));
        crumbs.Add(new Crumb(model.AtText));
        return call.Show<PastModelPage>(new PageHead(model.Name ?? call.Words["nav.models"], Section.Models, crumbs, []), model);
    }
}

/// <param name="Version">Null when the model had none.</param>
public sealed record PastRow(string Model, ModelVersionState? Version, IReadOnlyList<string> Aliases, bool IsStaged);

/// <param name="Name">Null for all models.</param>
public sealed record PastModel(
    string? Name, long? AtMs, IReadOnlyList<PastRow> Rows, string? NextToken, bool IsLaterPage, string? Problem)
{
    private string? _typed;

    public string Url => Name is null ? "/models" : Links.Model(Name);

    /// <summary>As the input of a date and time writes it.</summary>
    public string AtInput => AtMs is { } ms ? TimeOf(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture) : "";

    public string AtText => AtMs is { } ms ? TimeOf(ms).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : _typed ?? "";

    public string PageUrl(string? page) => Links.WithQuery(Url, ("at", AtInput), ("page", page));

    /// <summary>Nothing to show, and why.</summary>
    internal static PastModel Wrong(string? name, string typed, Error problem) => new(
        name, Instants.Parse("at", typed).TryGet(out var atMs, out _) ? atMs : null, [], null, false, problem.Message) { _typed = typed };

    private static DateTimeOffset TimeOf(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}

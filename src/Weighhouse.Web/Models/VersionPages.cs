using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;
using Weighhouse.Registry;
using Weighhouse.Versioning;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Models;

/// <summary>One version with its files.</summary>
internal static class VersionPages
{
    private const int FilesShown = 200;

    public static async ValueTask<IResult> ShowAsync(PageCall call)
    {
        var name = call.Route("name");
        if (!long.TryParse(call.Route("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return call.Fail(Error.NotFound($"'{call.Route("version")}' is no version of {name}; versions are whole numbers."));
        var found = await call.Get<IModelVersions>().GetAsync(call.Caller, new ModelVersionId(name, number), call.Cancellation);
        if (!found.TryGet(out var version, out var error)) return call.Fail(error);
        if (!(await call.Get<IRegisteredModels>().GetAsync(call.Caller, name, call.Cancellation)).TryGet(out var registered, out error))
            return call.Fail(error);
        if (!(await call.Get<IStages>().GetAsync(call.Caller, version.Project, call.Cancellation)).TryGet(out var stages, out error))
            return call.Fail(error);
        // A version without files is as good a version: the page says why there are none.
        var listed = await call.Get<IModelContent>().FilesAsync(call.Caller, version.Id, call.Cancellation);
        var files = listed.TryGet(out var content, out var problem) ? content.Files : [];
        var model = new ModelVersionModel(
            version, registered.Repository, stages, [.. files.Take(FilesShown)], Math.Max(0, files.Count - FilesShown), problem?.Message);
        var head = new PageHead(
            $"{name} v{number}",
            Section.Models,
            [new Crumb(call.Words["nav.models"], "/models"), new Crumb(name, Links.Model(name)), new Crumb($"v{number}")],
            []);
        return call.Show<ModelVersionPage>(head, model);
    }
}

/// <param name="Repository">Null until the model has one.</param>
/// <param name="FilesProblem">Why there are no files.</param>
public sealed record ModelVersionModel(
    ModelVersion Version, string? Repository, StageList Stages, IReadOnlyList<ModelFile> Files, int MoreFiles, string? FilesProblem)
{
    public string Tag => $"v{Version.Id.Version}";

    /// <summary>Its page in the repository; null while the version has no commit with it.</summary>
    public string? FileUrl(ModelFile file) => Repository is not null && Version.Commit is { FileCount: > 0 }
        ? Links.WithQuery(Links.Under($"{Links.Repository(Repository)}/files", file.Path), ("at", Tag))
        : null;
}

using System.Globalization;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Versions;

/// <summary>What a version's commit is made of.</summary>
/// <param name="Note">Why there are no files; null when there are.</param>
internal sealed record SourceContent(
    CommitContent Files, long FileCount, long SizeBytes, string? Note, IReadOnlyDictionary<string, string> Facts,
    IReadOnlyList<CommitLink> Links)
{
    /// <summary>Without files, because the store or the rules of folders refuse them.</summary>
    public SourceContent Without(string note) =>
        this with { Files = CommitContent.Empty, FileCount = 0, SizeBytes = 0, Note = note };
}

/// <summary>
/// Finds the files of a source by their ids in the store: nothing is copied. What cannot be in a commit is left out and said, for a model
/// is registered whatever its files are called and wherever they are.
/// </summary>
internal sealed class SourceFiles(
    IArtifacts artifacts, IRuns runs, ILoggedModels loggedModels, IFiles commits, IGovernedRepositories repositories,
    RegistryOptions options)
{
    private const string RunsScheme = "runs";
    private const string GitCommitTag = "mlflow.source.git.commit";
    private const int PageSize = 1_000;

    /// <summary>Files that tell an environment, the most exact first.</summary>
    private static readonly string[] EnvironmentFiles = ["requirements.txt", "python_env.yaml", "conda.yaml"];

    public async ValueTask<SourceContent> ReadAsync(
        Principal caller, NewModelVersion version, ResolvedSource source, CancellationToken cancellation)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["source"] = version.Source };
        var links = new List<CommitLink>();
        if (source.CopiedFrom is { } original)
        {
            facts["copied-from"] = original.ToString();
            links.Add(new CommitLink("copied-from", $"model:{original}"));
        }

        if (CommitSource.Of(source.StorageUri) is { } origin)
        {
            facts["repository"] = origin.Repository;
            links.Add(new CommitLink("files-of", $"commit:{origin.Commit}"));
        }

        await AddRunAsync(caller, source.Run, facts, links, cancellation);
        await AddLoggedModelAsync(caller, source.LoggedModel, facts, links, cancellation);
        if (source.Copied is { Tree: var tree } copied)
            return new SourceContent(CommitContent.Of(tree), copied.FileCount, copied.SizeBytes, copied.Note, facts, links);
        if (!(await ListAsync(caller, source.StorageUri, cancellation)).TryGet(out var files, out var error))
            return new SourceContent(CommitContent.Empty, 0, 0, error.Message, facts, links);
        if (Array.Find(EnvironmentFiles, name => files.Any(file => file.Path.Text == name)) is { } environment)
            facts["environment"] = $"{environment}@{files.First(file => file.Path.Text == environment).Id}";
        return new SourceContent(
            CommitContent.Of(files), files.Count, files.Sum(static file => file.SizeBytes),
            files.Count == 0 ? $"There were no files at {source.StorageUri} when the version was made." : null, facts, links);
    }

    /// <summary>The files below an artifact URI or "runs:/RUN/path"; an error that says why there are none to be had.</summary>
    public async ValueTask<Result<IReadOnlyList<CommitFile>>> ListAsync(
        Principal caller, string storageUri, CancellationToken cancellation)
    {
        if (SourceRules.SchemeOf(storageUri) is CommitSource.Scheme) return await OfCommitAsync(caller, storageUri, cancellation);
        if (!(await PlaceAsync(caller, storageUri, cancellation)).TryGet(out var root, out var error)) return error;
        var files = new List<CommitFile>();
        var waiting = new Stack<ArtifactPath>([root]);
        while (waiting.TryPop(out var folder))
        {
            string? token = null;
            do
            {
                var listed = await artifacts.ListAsync(caller, folder, new PageRequest(PageSize, token), cancellation);
                if (!listed.TryGet(out var page, out error)) return error;
                foreach (var entry in page.Items)
                {
                    if (entry.Content is not { } content)
                    {
                        waiting.Push(entry.Path);
                        continue;
                    }

                    // A source that is a file is a folder of that file.
                    var path = entry.Path == root ? root.Name : entry.Path.Text[(root.Text.Length + 1)..];
                    if (!TreePath.Parse(path).TryGet(out var inside, out error)) return error;
                    files.Add(new CommitFile(inside, content.Id, content.SizeBytes));
                    if (files.Count > options.VersionFilesMax)
                        return Error.Invalid($"{storageUri} has more than {options.VersionFilesMax} files, the limit.", "source");
                }

                token = page.NextToken;
            }
            while (token is not null);
        }

        return Done.Ok.Map<IReadOnlyList<CommitFile>>(_ => files);
    }

    private async ValueTask<Result<IReadOnlyList<CommitFile>>> OfCommitAsync(
        Principal caller, string uri, CancellationToken cancellation)
    {
        if (!CommitSource.Parse(uri).TryGet(out var source, out var error)) return error;
        var found = await commits.FindAsync(caller, source.Repository, source.Commit, source.Path, cancellation);
        if (!found.TryGet(out var entry, out error)) return error;
        if (entry.Kind is EntryKind.Folder) return repositories.FilesOf(entry.Id, options.VersionFilesMax);
        return entry.Kind is EntryKind.File
            ? Done.Ok.Map<IReadOnlyList<CommitFile>>(
                _ => [new CommitFile(TreePath.Root.Append(entry.Name), entry.Id, entry.SizeBytes)])
            : Error.Precondition($"{uri} is neither a folder nor a file.");
    }

    private async ValueTask<Result<ArtifactPath>> PlaceAsync(Principal caller, string uri, CancellationToken cancellation)
    {
        if (SourceRules.SchemeOf(uri) is RunsScheme)
        {
            var target = uri[(RunsScheme.Length + 1)..].TrimStart('/');
            var cut = target.IndexOf('/', StringComparison.Ordinal);
            var (run, below) = cut < 0 ? (target, "") : (target[..cut], target[cut..]);
            if (!(await runs.GetAsync(caller, new RunId(run), cancellation)).TryGet(out var found, out var missing)) return missing;
            uri = found.Info.ArtifactUri + below;
        }

        if (!artifacts.PathOf(uri).TryGet(out var path, out _)) return Error.Precondition($"The files are elsewhere: {uri}.");
        return path.IsRoot ? Error.Precondition($"{uri} is the whole store, not a model.") : path;
    }

    private async ValueTask AddRunAsync(
        Principal caller, RunId? id, Dictionary<string, string> facts, List<CommitLink> links, CancellationToken cancellation)
    {
        if (id is not { } run) return;
        facts["run"] = run.Text;
        links.Add(new CommitLink("run", $"run:{run.Text}"));
        // A run of another server is as good a fact; only this one's can be asked for more.
        if (!(await runs.GetAsync(caller, run, cancellation)).TryGet(out var found, out _)) return;
        var commit = found.Tags.FirstOrDefault(static tag => tag.Key == GitCommitTag).Value;
        if (!string.IsNullOrEmpty(commit)) facts["git.commit"] = commit;
    }

    private async ValueTask AddLoggedModelAsync(
        Principal caller, LoggedModelId? id, Dictionary<string, string> facts, List<CommitLink> links, CancellationToken cancellation)
    {
        if (id is not { } logged) return;
        facts["logged-model"] = logged.Text;
        links.Add(new CommitLink("logged-model", $"logged-model:{logged.Text}"));
        if (!(await loggedModels.GetAsync(caller, logged, cancellation)).TryGet(out var found, out _)) return;
        foreach (var metric in found.Metrics.Take(options.FactMetricsMax))
        {
            var on = metric.DatasetName is { } dataset ? $"@{dataset}" : "";
            facts[$"metric.{metric.Key}{on}"] = metric.Point.Value.ToString("R", CultureInfo.InvariantCulture);
        }
    }
}

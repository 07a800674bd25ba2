using Weighhouse.Kernel;
using Weighhouse.Registry.Versions;
using Weighhouse.Tracking;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Api;

/// <summary>What a request for a version means as a source.</summary>
internal sealed class VersionRequests(ModelUploads uploads, IRepositories repositories, IRefs refs)
{
    public async ValueTask<Result<NewModelVersion>> ReadAsync(
        Principal caller, string model, CreateModelVersionRequest request, CancellationToken cancellation)
    {
        string?[] ways = [request.Source, request.Upload, request.Repository, request.Source is null ? request.LoggedModelId : null];
        if (ways.Count(static way => way is not null) > 1)
            return Error.Invalid("Name one of source, upload, repository and loggedModelId: a version has one origin.", "source");
        var version = new NewModelVersion(
            model, request.Source ?? "", request.RunId is { } run ? new RunId(run) : null, null, request.Description,
            ViewTags.From(request.Tags), request.LoggedModelId is { } logged ? new LoggedModelId(logged) : null);
        if (request.Source is not null) return version;
        if (request.Upload is { } upload)
        {
            var whole = await uploads.FinishAsync(caller, new LoggedModelId(upload), cancellation);
            return whole.Map(made => version with { Source = $"models:/{made.Id.Text}", LoggedModel = made.Id });
        }

        if (request.LoggedModelId is { } id) return version with { Source = $"models:/{id}" };
        if (request.Repository is { } repository)
        {
            var revision = await RevisionAsync(caller, repository, request.Revision, cancellation);
            return revision.Map(commit => version with { Source = CommitSource.UriOf(repository, commit, request.Path) });
        }

        return request.RunId is { } of
            ? version with { Source = $"runs:/{of}{(string.IsNullOrEmpty(request.Path) ? "" : "/" + request.Path.Trim('/'))}" }
            : Error.Invalid(
                "There is nothing to make a version of; name a source, a runId, a loggedModelId, a repository or an upload.", "source");
    }

    private async ValueTask<Result<Digest>> RevisionAsync(
        Principal caller, string repository, string? revision, CancellationToken cancellation)
    {
        if (!(await repositories.GetAsync(caller, repository, cancellation)).TryGet(out var found, out var error)) return error;
        var name = string.IsNullOrEmpty(revision) ? found.DefaultBranch : revision;
        return await refs.ResolveAsync(caller, repository, name, cancellation);
    }
}

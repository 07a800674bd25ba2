using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Wire.Hub;

/// <summary>The repository and the commit that a request means.</summary>
internal sealed record HubPlace(Repository Repository, Digest Commit)
{
    /// <summary>Hubs name commits by 40 hexadecimal digits, and their clients take nothing else for a commit.</summary>
    private const int CommitDigits = 40;

    /// <summary>The digits that ask for this commit again.</summary>
    public string CommitName => Commit.ToString()[..CommitDigits];

    /// <summary>Null when the refusal has been written.</summary>
    public static async ValueTask<HubPlace?> FindAsync(HttpContext http, HubBackend backend)
    {
        var name = Value(http, "repo") ?? "";
        var found = await backend.Repositories.GetAsync(http.Caller(), name, http.RequestAborted);
        if (found.TryGet(out var repository, out var error) && Value(http, "project") is { } project && project != repository.Project)
            error = Error.NotFound($"There is no repository '{PlainText.Cut(name, 128)}' in project '{PlainText.Cut(project, 128)}'.");
        if (error is not null || repository is null)
        {
            await HubErrors.WriteAsync(http, error!, HubErrors.RepositoryNotFound);
            return null;
        }

        // Hubs call every first branch main; here a repository may call its own otherwise.
        var revision = Value(http, "revision") ?? Ref.Heads + repository.DefaultBranch;
        var resolved = await backend.Refs.ResolveAsync(http.Caller(), name, revision, http.RequestAborted);
        if (resolved.IsFailure && revision == "main")
        {
            resolved = await backend.Refs.ResolveAsync(
                http.Caller(), name, Ref.Heads + repository.DefaultBranch, http.RequestAborted);
        }

        if (resolved.TryGet(out var commit, out error)) return new HubPlace(repository, commit);
        await HubErrors.WriteAsync(http, error, HubErrors.RevisionNotFound);
        return null;
    }

    /// <summary>A part of the path; a '/' in a branch's name comes as %2F, which routing leaves as it is.</summary>
    public static string? Value(HttpContext http, string name) =>
        http.Request.RouteValues[name] is string text ? text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) : null;
}

using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

/// <summary>The commits a request's query means.</summary>
internal sealed class RevisionReader(HttpContext context, IRepositories repositories, IRefs refs, string repository)
{
    /// <summary>The revision in the field; the head of the default branch where it is absent.</summary>
    public ValueTask<Result<Digest>> ReadAsync(string field) => ResolveAsync(context.Request.Query.Text(field));

    /// <summary>The commit that a revision means; the head of the default branch without one.</summary>
    public async ValueTask<Result<Digest>> ResolveAsync(string? revision)
    {
        if (string.IsNullOrEmpty(revision))
        {
            var found = await repositories.GetAsync(context.Caller(), repository, context.RequestAborted);
            if (!found.TryGet(out var facts, out var error)) return error;
            revision = Ref.Heads + facts.DefaultBranch;
        }

        return await refs.ResolveAsync(context.Caller(), repository, revision, context.RequestAborted);
    }

    /// <summary>
    /// The commits to compare: from, which is the first parent of to where it is absent, and none where to has no parent.
    /// </summary>
    public async ValueTask<Result<(Digest? From, Digest To)>> ReadPairAsync(ICommits commits)
    {
        if (!(await ReadAsync("to")).TryGet(out var to, out var error)) return error;
        if (context.Request.Query.Text("from") is not null)
            return (await ReadAsync("from")).Map(from => ((Digest?)from, to));
        var found = await commits.GetAsync(context.Caller(), repository, to, context.RequestAborted);
        return found.Map(named => ((Digest?)(named.Commit.Parents is [var first, ..] ? first : null), to));
    }
}

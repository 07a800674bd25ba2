using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Api;

/// <summary>The commits a request's query means.</summary>
internal sealed class RevisionReader(HttpContext context, IRepositories repositories, IRefs refs, string repository)
{
    /// <summary>The revision in the field; the head of the default branch where it is absent.</summary>
    public async ValueTask<Result<Digest>> ReadAsync(string field)
    {
        var revision = context.Request.Query.Text(field);
        if (string.IsNullOrEmpty(revision))
        {
            var found = await repositories.GetAsync(context.Caller(), repository, context.RequestAborted);
            if (!found.TryGet(out var facts, out var error)) return error;
            revision = Ref.Heads + facts.DefaultBranch;
        }

        return await refs.ResolveAsync(context.Caller(), repository, revision, context.RequestAborted);
    }
}

using System.IO.Pipelines;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Repositories;

/// <summary>Reads what the pages of a repository have in common.</summary>
internal static class RepositoryReader
{
    /// <summary>Branches, and tags, that the switcher lists; the page of branches and tags has all.</summary>
    private const int RefsShown = 100;

    public static async ValueTask<Result<RepositoryModel>> ReadAsync(PageCall call, RepositoryTab tab)
    {
        var name = call.Route("name");
        var read = await call.Get<IRepositories>().GetAsync(call.Caller, name, call.Cancellation);
        if (!read.TryGet(out var facts, out var error)) return error;
        if (!(await RefsAsync(call, name, Ref.Heads)).TryGet(out var branches, out error)) return error;
        if (!(await RefsAsync(call, name, Ref.Tags)).TryGet(out var tags, out error)) return error;
        var asked = call.Query("at");
        var revision = asked ?? Begin(facts, branches);
        NamedCommit? head = null;
        // Before the first commit there is nothing to resolve; what was asked for by name must be there.
        if (asked is not null || branches.Refs.Count > 0)
        {
            var resolved = await call.Get<IRefs>().ResolveAsync(call.Caller, name, revision, call.Cancellation);
            if (!resolved.TryGet(out var id, out error)) return error;
            var found = await call.Get<ICommits>().GetAsync(call.Caller, name, id, call.Cancellation);
            if (!found.TryGet(out head, out error)) return error;
        }

        return new RepositoryModel(
            facts, tab, revision, head, branches, tags, call.Caller.Can(Permission.Contribute, facts.Scope),
            call.Caller.Can(Permission.Administer, facts.Scope));
    }

    public static PageHead HeadOf(PageCall call, RepositoryModel model, string? title = null, params IReadOnlyList<Crumb> below)
    {
        List<Crumb> crumbs =
        [
            new Crumb(call.Words["nav.data"], "/repositories"),
            new Crumb(model.Facts.Name, below.Count == 0 ? null : model.FileUrl("")),
            .. below,
        ];
        return new PageHead(title ?? model.Facts.Name, Section.Data, crumbs, []);
    }

    /// <summary>At most so many of the first bytes of a file; null when the store cannot give them.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadStartAsync(PageCall call, RepositoryModel model, TreeEntry file, long count)
    {
        var length = Math.Min(count, file.SizeBytes);
        using var content = new MemoryStream((int)length);
        var writer = PipeWriter.Create(content, new StreamPipeWriterOptions(leaveOpen: true));
        var copied = await call.Get<IFiles>().CopyToAsync(
            call.Caller, model.Facts.Name, file, 0, length, writer, call.Cancellation);
        await writer.CompleteAsync();
        return copied.IsFailure ? null : content.GetBuffer().AsMemory(0, (int)content.Length);
    }

    private static async ValueTask<Result<RefList>> RefsAsync(PageCall call, string name, string prefix)
    {
        var listed = await call.Get<IRefs>().ListAsync(call.Caller, name, prefix, new PageRequest(RefsShown), call.Cancellation);
        return listed.Map(static page => new RefList(page.Items, page.NextToken is not null));
    }

    /// <summary>The default branch, or the first there is where nobody has pushed that one.</summary>
    private static string Begin(Repository facts, RefList branches) =>
        branches.Refs.Count == 0 || branches.HasMore || branches.Refs.Any(branch => branch.ShortName == facts.DefaultBranch)
            ? facts.DefaultBranch
            : branches.Refs[0].ShortName;
}

using System.Text.Json;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Commits;
using Weighhouse.Versioning.Objects;
using Weighhouse.Versioning.Refs;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Catalogue;

internal sealed class CatalogueService(
    IDatabase database, IObjectStore store, CommitGraphs graphs, CatalogueLook look, CatalogueSignal signal, IAuditLog audit,
    TimeProvider time, VersioningOptions options) : ICatalogue
{
    private readonly TreeReader _trees = new(store);

    public async ValueTask<Result<Page<CatalogueEntry>>> ListAsync(
        Principal caller, CatalogueQuery query, PageRequest page, CancellationToken cancellation)
    {
        if (page.Size < 1 || page.Size > options.PageMax)
            return Error.Invalid($"page_size is {page.Size}; it must be from 1 to {options.PageMax}.", "page_size");
        if (!CatalogueList.Begin(query, page.Token).TryGet(out var list, out var error)) return error;
        return await database.ReadAsync<Result<Page<CatalogueEntry>>>(
            async session => await list.ReadAsync(session, caller, page.Size, NowMs()), cancellation);
    }

    public async ValueTask<Result<CatalogueEntry>> GetAsync(
        Principal caller, string repository, TreePath path, CancellationToken cancellation)
    {
        var found = await StoredAsync(caller, repository, path, cancellation);
        if (!found.TryGet(out var stored, out var error)) return error;
        if (stored is null) return Missing(repository, path);
        return await RenewedAsync(caller, stored, path, cancellation);
    }

    public async ValueTask<Result<CatalogueEntry?>> FindAsync(
        Principal caller, string repository, TreePath path, CancellationToken cancellation) =>
        (await StoredAsync(caller, repository, path, cancellation)).Map(static stored => stored?.Facts);

    public async ValueTask<Result<CatalogueEntry>> SetAsync(
        Principal caller, string repository, TreePath path, CatalogueChange change, CancellationToken cancellation)
    {
        if (CatalogueRules.Refuse(change, options) is { } refusal) return refusal;
        var set = await database.WriteAsync<(StoredEntry? Before, StoredEntry After)>(
            async session =>
            {
                var found = await RepositoryTable.FindAsync(session, caller, repository, Permission.Contribute);
                if (!found.TryGet(out var stored, out var error)) return error;
                var before = await CatalogueTable.FindAsync(session, stored.Number, path.Text, NowMs());
                if (before is null && await RefuseNewAsync(session, stored, path) is { } unfit) return unfit;
                var note = CatalogueRules.Apply(before?.Facts.Note ?? CatalogueNote.Empty, change);
                await CatalogueTable.SetAsync(session, stored.Number, path.Text, note, caller.Name, NowMs());
                return (before, (await CatalogueTable.FindAsync(session, stored.Number, path.Text, NowMs()))!);
            },
            cancellation);
        if (!set.TryGet(out var entries, out var failure)) return failure;
        await TellAsync(
            caller, "catalogue.set", repository, path, entries.Before?.Facts.Note, entries.After.Facts.Note, cancellation);
        return await RenewedAsync(caller, entries.After, path, cancellation);
    }

    public async ValueTask<Result<Done>> RemoveAsync(
        Principal caller, string repository, TreePath path, CancellationToken cancellation)
    {
        var removed = await database.WriteAsync<CatalogueNote>(
            async session =>
            {
                var found = await RepositoryTable.FindAsync(session, caller, repository, Permission.Contribute);
                if (!found.TryGet(out var stored, out var error)) return error;
                if (await CatalogueTable.FindAsync(session, stored.Number, path.Text, NowMs()) is not { } entry)
                    return Missing(repository, path);
                await CatalogueTable.DeleteAsync(session, entry.Number);
                return entry.Facts.Note;
            },
            cancellation);
        if (!removed.TryGet(out var note, out var failure)) return failure;
        await TellAsync(caller, "catalogue.remove", repository, path, note, null, cancellation);
        return Done.Value;
    }

    /// <summary>A new entry must be of something that is there, and one that the repository has room for.</summary>
    private async ValueTask<Error?> RefuseNewAsync(DbSession session, StoredRepository repository, TreePath path)
    {
        if (await CatalogueTable.CountAsync(session, repository.Number) >= options.CatalogueEntriesMax)
        {
            return Error.Precondition(
                $"Repository '{repository.Facts.Name}' has {options.CatalogueEntriesMax} entries in the catalogue, as many as it may. "
                + "Describe folders instead of their files.");
        }

        var branch = repository.Facts.DefaultBranch;
        if (await RefTable.FindAsync(session, repository.Number, Ref.Heads + branch) is not { } head)
            return Error.NotFound($"Repository '{repository.Facts.Name}' has no branch '{branch}' yet. Push something first.");
        var node = await graphs.Of(repository.Number).FindAsync(session, head.Commit);
        Invariant.That(node is not null);
        return _trees.Follow(node.Tree, path).Error;
    }

    private ValueTask<Result<StoredEntry?>> StoredAsync(
        Principal caller, string repository, TreePath path, CancellationToken cancellation) =>
        database.ReadAsync<Result<StoredEntry?>>(
            async session =>
            {
                var found = await RepositoryTable.FindAsync(session, caller, repository, Permission.View);
                return found.TryGet(out var stored, out var error)
                    ? await CatalogueTable.FindAsync(session, stored.Number, path.Text, NowMs())
                    : error;
            },
            cancellation);

    /// <summary>The entry as it is now; where a look takes long, or cannot be had, as it was, and who keeps the catalogue looks.</summary>
    private async ValueTask<Result<CatalogueEntry>> RenewedAsync(
        Principal caller, StoredEntry stored, TreePath path, CancellationToken cancellation)
    {
        if (!stored.IsBehind) return stored.Facts;
        var renewed = await look.RenewAsync(stored, LookDepth.Quick, cancellation);
        if (renewed is { IsFailure: false, Value: true })
            return (await StoredAsync(caller, stored.Facts.Repository, path, cancellation)).Map(entry => (entry ?? stored).Facts);
        signal.Set();
        return stored.Facts;
    }

    private ValueTask TellAsync(
        Principal caller, string action, string repository, TreePath path, CatalogueNote? before, CatalogueNote? after,
        CancellationToken cancellation) =>
        audit.AppendAsync(
            new AuditEntry(caller.Name, action, $"repo:{repository}/{path}", JsonOf(before), JsonOf(after)), cancellation);

    private static string? JsonOf(CatalogueNote? note) =>
        note is null ? null : JsonSerializer.Serialize(NoteView.Of(note), CatalogueJson.Default.NoteView);

    private static Error Missing(string repository, TreePath path) => Error.NotFound(
        $"The catalogue has no entry for {(path.IsRoot ? "the whole" : $"'{PlainText.Cut(path.Text, 128)}'")} of repository "
        + $"'{repository}'.");

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}

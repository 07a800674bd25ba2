using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Transfer;

/// <summary>Packs that arrive, maybe in several attempts.</summary>
internal sealed class Uploads(
    IDatabase database, IObjectStore store, TimeProvider time, VersioningOptions options, ILogger<Uploads> log)
{
    /// <summary>16 bytes in hexadecimal.</summary>
    private const int PackNameLength = 32;

    private static readonly SqlText FindUpload = VersioningSql.Catalog["FindUpload"];
    private static readonly SqlText AddUpload = VersioningSql.Catalog["AddUpload"];
    private static readonly SqlText AdvanceUpload = VersioningSql.Catalog["AdvanceUpload"];
    private static readonly SqlText DeleteUpload = VersioningSql.Catalog["DeleteUpload"];
    private static readonly SqlText DeleteOldUploads = VersioningSql.Catalog["DeleteOldUploads"];

    /// <summary>How much of the pack is durable: where its sender goes on. NotFound when nothing is.</summary>
    public async ValueTask<Result<long>> OffsetAsync(Principal caller, string repository, string pack, CancellationToken cancellation)
    {
        var found = await FindAsync(caller, repository, pack, cancellation);
        if (!found.TryGet(out var upload, out var error)) return error;
        return upload.Offset is { } offset ? offset : Error.NotFound($"Nothing of pack {pack} has arrived. Begin at offset 0.");
    }

    /// <summary>Takes a part of the pack that begins at the offset; returns where the pack then stands.</summary>
    public async ValueTask<Result<long>> ReceiveAsync(
        Principal caller, string repository, string pack, long offsetBytes, PipeReader content, CancellationToken cancellation)
    {
        var found = await FindAsync(caller, repository, pack, cancellation);
        if (!found.TryGet(out var upload, out var error)) return error;
        var standing = upload.Offset ?? 0;
        if (standing != offsetBytes)
            return Error.Conflict($"Pack {pack} stands at {standing} bytes, and the request begins at {offsetBytes}. Go on at {standing}.");
        var facts = upload.Repository.Facts;
        if (facts.QuotaBytes <= facts.AddedBytes) return RepositoryTable.OverQuota(facts, 1);
        using var writer = store.BeginWrite();
        var receiver = new PackReceiver(
            writer, offsetBytes, options.UploadDurableEveryBytes, progress => AdvanceAsync(upload.Repository, pack, progress));
        var received = await receiver.ReceiveAsync(content, cancellation);
        if (received.Error is { } refusal) log.PackRefused(caller.Name, repository, offsetBytes, refusal);
        return received;
    }

    /// <summary>Forgets how far the pack has come. One that nobody knows is as good as forgotten.</summary>
    public ValueTask<Result<Done>> ForgetAsync(Principal caller, string repository, string pack, CancellationToken cancellation) =>
        database.WriteAsync<Done>(
            async session =>
            {
                var found = await RepositoryTable.FindAsync(session, caller, repository, Permission.Contribute);
                if (!found.TryGet(out var stored, out var error)) return error;
                await session.Prepare(DeleteUpload).Bind("repo_no", stored.Number).Bind("pack", pack).ExecuteAsync();
                return Done.Value;
            },
            cancellation);

    private async ValueTask<Result<(StoredRepository Repository, long? Offset)>> FindAsync(
        Principal caller, string repository, string pack, CancellationToken cancellation)
    {
        if (!IsPackName(pack))
            return Error.Invalid($"'{PlainText.Cut(pack, 80)}' does not name a pack: choose 32 hexadecimal digits by chance.", "pack");
        return await database.ReadAsync<Result<(StoredRepository, long?)>>(
            async session =>
            {
                var found = await RepositoryTable.FindAsync(session, caller, repository, Permission.Contribute);
                return found.TryGet(out var stored, out var error)
                    ? (stored, await session.Prepare(FindUpload).Bind("repo_no", stored.Number).Bind("pack", pack).LongAsync())
                    : error;
            },
            cancellation);
    }

    /// <summary>
    /// What has become durable is remembered and counted at once, unless another request has gone on with the pack meanwhile.
    /// </summary>
    private ValueTask<Result<Done>> AdvanceAsync(StoredRepository repository, string pack, PackProgress progress)
    {
        VersioningMetrics.ReceivedBytes.Add(progress.AddedBytes, VersioningMetrics.Tag("new", true));
        VersioningMetrics.ReceivedBytes.Add(
            progress.NowBytes - progress.BeforeBytes - progress.AddedBytes, VersioningMetrics.Tag("new", false));
        return database.WriteAsync<Done>(
            async session =>
            {
                var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
                await session.Prepare(DeleteOldUploads)
                    .Bind("before_ms", nowMs - (long)options.UploadLifetime.TotalMilliseconds).ExecuteAsync();
                var changed = progress.BeforeBytes == 0
                    ? await session.Prepare(AddUpload)
                        .Bind("repo_no", repository.Number).Bind("pack", pack).Bind("received_bytes", progress.NowBytes)
                        .Bind("now_ms", nowMs).ExecuteAsync()
                    : await session.Prepare(AdvanceUpload)
                        .Bind("repo_no", repository.Number).Bind("pack", pack).Bind("received_bytes", progress.NowBytes)
                        .Bind("before_bytes", progress.BeforeBytes).Bind("now_ms", nowMs).ExecuteAsync();
                if (changed == 0) return Error.Conflict($"Pack {pack} is being sent by another request. Ask where it stands.");
                return await RepositoryTable.ChargeAsync(session, repository, progress.AddedBytes, nowMs);
            },
            CancellationToken.None);
    }

    private static bool IsPackName(string text) => text.Length == PackNameLength && text.All(char.IsAsciiHexDigitLower);
}

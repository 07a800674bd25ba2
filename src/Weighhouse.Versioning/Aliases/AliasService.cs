using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Repositories;

namespace Weighhouse.Versioning.Aliases;

internal sealed class AliasService(
    IDatabase database, IObjectStore store, TimeProvider time, VersioningOptions options, ILogger<AliasService> log) : IAliases
{
    private readonly RunningUploads _running = new(time);

    public ValueTask<Result<BlobInfo>> FindAsync(
        Principal caller, string repository, ContentAlias alias, CancellationToken cancellation) =>
        database.ReadAsync<Result<BlobInfo>>(
            async session =>
            {
                var found = await RepositoryTable.FindAsync(session, caller, repository, Permission.View);
                if (!found.TryGet(out var stored, out var error)) return error;
                return await AliasTable.FindAsync(session, stored.Number, alias) is { } content && store.Contains(content.Id)
                    ? content
                    : Error.NotFound($"Repository '{repository}' has no content {alias}. Push it first.");
            },
            cancellation);

    public async ValueTask<Result<IReadOnlyList<BlobInfo?>>> FindAllAsync(
        Principal caller, string repository, Permission permission, IReadOnlyList<ContentAlias> aliases, CancellationToken cancellation)
    {
        if (aliases.Count > options.AliasesPerRequestMax)
        {
            return Error.Invalid(
                $"At most {options.AliasesPerRequestMax} contents are asked for at once; these are {aliases.Count}. Ask in parts.",
                "objects");
        }

        return await database.ReadAsync<Result<IReadOnlyList<BlobInfo?>>>(
            async session =>
            {
                var found = await RepositoryTable.FindAsync(session, caller, repository, permission);
                if (!found.TryGet(out var stored, out var error)) return error;
                var contents = new BlobInfo?[aliases.Count];
                for (var i = 0; i < contents.Length; i++)
                {
                    contents[i] = await AliasTable.FindAsync(session, stored.Number, aliases[i]);
                    // Content that damage has taken out of the store is as good as not there: a client that has it sends it again.
                    if (contents[i] is { } content && !store.Contains(content.Id)) contents[i] = null;
                }

                return contents;
            },
            cancellation);
    }

    public async ValueTask<Result<BlobInfo>> AddAsync(
        Principal caller, string repository, ContentAlias alias, long? sizeBytes, PipeReader content, CancellationToken cancellation)
    {
        if (RefuseSize(alias, sizeBytes) is { } refusal) return refusal;
        var opened = await OpenAsync(caller, repository, alias, cancellation);
        if (!opened.TryGet(out var target, out var error)) return error;
        using var writer = store.BeginWrite();
        using var digest = AliasDigest.Of(alias.Algorithm);
        var intake = new AliasIntake(store, writer, digest);
        var taken = await intake.RunAsync(null, content, sizeBytes ?? options.AliasedFileBytesMax, keepsCut: false, cancellation);
        if (!taken.TryGet(out var file, out error)) return error;
        if (sizeBytes is { } expected && expected != file.SizeBytes) return WrongSize(alias, expected, file.SizeBytes);
        return await NameAsync(caller, target.Repository, alias, file, writer, digest);
    }

    public async ValueTask<Result<long>> ReceivedAsync(
        Principal caller, string repository, ContentAlias alias, CancellationToken cancellation)
    {
        var opened = await OpenAsync(caller, repository, alias, cancellation);
        if (!opened.TryGet(out var target, out var error)) return error;
        await _running.WaitAsync(target.Repository.Number, alias, cancellation);
        return (await OpenAsync(caller, repository, alias, cancellation)).Map(static now => now.StandsBytes);
    }

    public async ValueTask<Result<long>> ContinueAsync(
        Principal caller, string repository, ContentAlias alias, long sizeBytes, long offsetBytes, PipeReader content,
        CancellationToken cancellation)
    {
        if (RefuseSize(alias, sizeBytes) is { } refusal) return refusal;
        var opened = await OpenAsync(caller, repository, alias, cancellation);
        if (!opened.TryGet(out var target, out var error)) return error;
        var standing = target.StandsBytes;
        if (standing != offsetBytes)
        {
            return Error.Conflict(
                $"Content {alias} stands at {standing} bytes, and the request begins at {offsetBytes}. Ask where it stands, and go on "
                + "there.");
        }

        if (target.Whole is not null) return standing;
        using var running = _running.Begin(target.Repository.Number, alias);
        using var writer = store.BeginWrite();
        using var digest = AliasDigest.Of(alias.Algorithm);
        var intake = new AliasIntake(store, writer, digest);
        var taken = await intake.RunAsync(target.Part, content, sizeBytes, keepsCut: true, cancellation);
        if (!taken.TryGet(out var file, out error))
        {
            // What is damaged, or came after more than there is, cannot be gone on with.
            if (error.Code is ErrorCode.Corrupted or ErrorCode.NotFound or ErrorCode.InvalidArgument)
                await DropAsync(target.Repository, alias);
            return error;
        }

        if (file.SizeBytes == standing && standing < sizeBytes) return standing;
        if (file.SizeBytes < sizeBytes) return await KeepPartAsync(target.Repository, alias, file, writer);
        return (await NameAsync(caller, target.Repository, alias, file, writer, digest)).Map(static named => named.SizeBytes);
    }

    public async ValueTask<Result<Done>> CopyToAsync(
        Principal caller, string repository, BlobInfo content, long offsetBytes, long lengthBytes, PipeWriter target,
        CancellationToken cancellation)
    {
        var allowed = await database.ReadAsync(
            session => RepositoryTable.FindAsync(session, caller, repository, Permission.View), cancellation);
        return allowed.Error is { } refusal
            ? refusal
            : await store.CopyToAsync(content.Id, offsetBytes, lengthBytes, target, cancellation);
    }

    private ValueTask<Result<UploadTarget>> OpenAsync(
        Principal caller, string repository, ContentAlias alias, CancellationToken cancellation) =>
        database.ReadAsync<Result<UploadTarget>>(
            async session =>
            {
                var found = await RepositoryTable.FindAsync(session, caller, repository, Permission.Contribute);
                if (!found.TryGet(out var stored, out var error)) return error;
                if (stored.Facts.QuotaBytes <= stored.Facts.AddedBytes) return RepositoryTable.OverQuota(stored.Facts, 1);
                var whole = await AliasTable.FindAsync(session, stored.Number, alias);
                if (whole is { } content && !store.Contains(content.Id)) whole = null;
                var part = whole is null ? await AliasTable.FindPartAsync(session, stored.Number, alias, PartsSinceMs()) : null;
                return new UploadTarget(stored, whole, part);
            },
            cancellation);

    /// <summary>The last step of an upload: durable first, then named. What is not what it was called gets no name.</summary>
    private async ValueTask<Result<BlobInfo>> NameAsync(
        Principal caller, StoredRepository repository, ContentAlias alias, BlobInfo file, IObjectWriter writer, AliasDigest digest)
    {
        if (!digest.IsOf(alias))
        {
            Count(alias, "refused", file.SizeBytes);
            log.AliasForged(caller.Name, repository.Facts.Name, alias.Algorithm, alias, digest.Found);
            await DropAsync(repository, alias);
            return Error.Invalid(
                $"The content is not {alias}: its digest is {digest.Found}. Nothing was kept. Check the file on your side, then push "
                + "again.");
        }

        if ((await writer.CommitAsync(CancellationToken.None)).Error is { } lost) return lost;
        var named = await database.WriteAsync<Done>(
            async session =>
            {
                await AliasTable.SetAsync(session, repository.Number, alias, file, NowMs());
                return await RepositoryTable.ChargeAsync(session, repository, writer.NewBytes, NowMs());
            },
            CancellationToken.None);
        if (named.Error is { } refusal) return refusal;
        Count(alias, "kept", file.SizeBytes);
        return file;
    }

    private async ValueTask<Result<long>> KeepPartAsync(
        StoredRepository repository, ContentAlias alias, BlobInfo part, IObjectWriter writer)
    {
        if ((await writer.CommitAsync(CancellationToken.None)).Error is { } lost) return lost;
        var kept = await database.WriteAsync<Done>(
            async session =>
            {
                await AliasTable.SetPartAsync(session, repository.Number, alias, part, NowMs(), options.UploadLifetime);
                return await RepositoryTable.ChargeAsync(session, repository, writer.NewBytes, NowMs());
            },
            CancellationToken.None);
        if (kept.Error is { } refusal) return refusal;
        log.AliasCut(alias, repository.Facts.Name, part.SizeBytes);
        return part.SizeBytes;
    }

    private async ValueTask DropAsync(StoredRepository repository, ContentAlias alias) =>
        await database.WriteAsync<Done>(
            async session =>
            {
                await AliasTable.DropPartAsync(session, repository.Number, alias);
                return Done.Value;
            },
            CancellationToken.None);

    private Error? RefuseSize(ContentAlias alias, long? sizeBytes)
    {
        if (sizeBytes is null || (sizeBytes >= 0 && sizeBytes <= options.AliasedFileBytesMax)) return null;
        return Error.Invalid(
            $"Content {alias} is announced with {sizeBytes} bytes; it must be from 0 to {options.AliasedFileBytesMax}.", "size");
    }

    private static Error WrongSize(ContentAlias alias, long expected, long found) => Error.Invalid(
        $"Content {alias} has {found} bytes, and {expected} were announced. Nothing was kept. Push it again.", "size");

    private static void Count(ContentAlias alias, string outcome, long bytes) => VersioningMetrics.AliasBytes.Add(
        bytes, VersioningMetrics.Tag("algorithm", alias.Algorithm.ToString()), VersioningMetrics.Tag("outcome", outcome));

    private long PartsSinceMs() => NowMs() - (long)options.UploadLifetime.TotalMilliseconds;

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="Whole">The content, when it is there.</param>
    /// <param name="Part">What of it arrived before.</param>
    private readonly record struct UploadTarget(StoredRepository Repository, BlobInfo? Whole, BlobInfo? Part)
    {
        public long StandsBytes => Whole?.SizeBytes ?? Part?.SizeBytes ?? 0;
    }
}

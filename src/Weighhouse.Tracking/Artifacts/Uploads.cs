using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Artifacts;

/// <summary>
/// Uploads in parts. Each part is content of its own; joining streams them into one. A part comes with the key it was given, and only
/// what somebody allowed to then joins becomes a file.
/// </summary>
internal sealed class Uploads(IDatabase database, IBlobStore blobs, IdGenerator ids, TimeProvider time, TrackingOptions options)
{
    private static readonly SqlText AddUpload = TrackingSql.Catalog["AddUpload"];
    private static readonly SqlText FindUpload = TrackingSql.Catalog["FindUpload"];
    private static readonly SqlText DeleteUpload = TrackingSql.Catalog["DeleteUpload"];
    private static readonly SqlText DeleteUploadParts = TrackingSql.Catalog["DeleteUploadParts"];
    private static readonly SqlText WriteUploadPart = TrackingSql.Catalog["WriteUploadPart"];
    private static readonly SqlText ListUploadParts = TrackingSql.Catalog["ListUploadParts"];

    public async ValueTask<Result<BegunUpload>> BeginAsync(ArtifactPath path, int parts, CancellationToken cancellation)
    {
        if (parts < 1 || parts > options.UploadPartsMax)
            return Error.Invalid($"An upload has 1 to {options.UploadPartsMax} parts, not {parts}. Send larger ones.", "num_parts");
        var id = ids.Hex32();
        var secret = new byte[PartKey.SecretBytes];
        ids.Fill(secret);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var added = await database.WriteAsync<Done>(async session =>
        {
            if (await ArtifactTable.ClashAsync(session, path) is { } clash) return clash;
            await session.Prepare(AddUpload)
                .Bind("upload_id", id).Bind("path", path.Text).Bind("started_ms", nowMs).Bind("part_secret", secret).ExecuteAsync();
            return Done.Value;
        }, cancellation);
        var untilMs = nowMs + (long)options.UploadPartLifetime.TotalMilliseconds;
        return added.Map(_ => new BegunUpload(id, [.. Enumerable.Range(1, parts).Select(part => PartKey.Make(secret, part, untilMs))]));
    }

    public ValueTask<Result<ArtifactPath>> PathOfAsync(string uploadId, CancellationToken cancellation) =>
        PlainText.Refuse(uploadId, "upload_id") is { } unfit
            ? new(unfit)
            : database.ReadAsync<Result<ArtifactPath>>(async session =>
            {
                var path = await session.Prepare(FindUpload).Bind("upload_id", uploadId).FirstAsync(row => row.Text(0));
                return path is null ? Unknown(uploadId) : ArtifactPath.Parse(path);
            }, cancellation);

    public async ValueTask<Result<string>> PutPartAsync(
        string uploadId, int number, string key, PipeReader content, CancellationToken cancellation)
    {
        if (await WhyNotAsync(uploadId, number, key, cancellation) is { } refusal) return refusal;
        if (!(await blobs.PutAsync(content, options.ArtifactSizeMaxBytes, cancellation)).TryGet(out var blob, out var error)) return error;
        return await database.WriteAsync<string>(async session =>
        {
            // Asked again: the upload may have been given up while the part was on its way.
            if (await session.Prepare(FindUpload).Bind("upload_id", uploadId).FirstAsync(row => row.Text(0)) is null)
                return Unknown(uploadId);
            await session.Prepare(WriteUploadPart)
                .Bind("upload_id", uploadId).Bind("part_number", number)
                .Bind("blob_id", blob.Id.ToBytes()).Bind("size_bytes", blob.SizeBytes)
                .ExecuteAsync();
            return blob.Id.ToString();
        }, cancellation);
    }

    /// <summary>The parts as one content. They must be those the client believes it sent, each by its ETag.</summary>
    public async ValueTask<Result<BlobInfo>> JoinAsync(
        string uploadId, IReadOnlyList<(int PartNumber, string ETag)> claimed, CancellationToken cancellation)
    {
        var parts = await database.ReadAsync(
            session => session.Prepare(ListUploadParts).Bind("upload_id", uploadId)
                .ListAsync(row => (Number: (int)row.Long(0), Blob: new BlobInfo(new Digest(row.Bytes(1)), row.Long(2)))),
            cancellation);
        if (Mismatch(parts, claimed) is { } mismatch) return mismatch;
        var pipe = new Pipe();
        var putting = PutJoinedAsync(pipe.Reader, cancellation);
        var copied = await CopyAsync(parts, pipe.Writer, cancellation);
        var joined = await putting;
        return copied.Error ?? joined;
    }

    public ValueTask<Result<Done>> ForgetAsync(string uploadId, CancellationToken cancellation) =>
        database.WriteAsync<Done>(async session =>
    {
        await session.Prepare(DeleteUploadParts).Bind("upload_id", uploadId).ExecuteAsync();
        await session.Prepare(DeleteUpload).Bind("upload_id", uploadId).ExecuteAsync();
        return Done.Value;
    }, cancellation);

    /// <summary>Who put parts aside under a wrong key would fill the disk: asked before a byte of the part is taken.</summary>
    private async ValueTask<Error?> WhyNotAsync(string uploadId, int number, string key, CancellationToken cancellation)
    {
        if (PlainText.Refuse(uploadId, "upload_id") is { } unfit) return unfit;
        var (exists, secret) = await database.ReadAsync(
            session => session.Prepare(FindUpload).Bind("upload_id", uploadId)
                .FirstAsync(row => (true, row.IsNull(1) ? null : row.Bytes(1))),
            cancellation);
        if (!exists) return Unknown(uploadId);
        return secret is null
            ? Error.Denied("The upload was begun by an older version of the server. Begin it again.")
            : PartKey.Refuse(secret, number, key, time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private static Error? Mismatch(List<(int Number, BlobInfo Blob)> parts, IReadOnlyList<(int PartNumber, string ETag)> claimed)
    {
        if (claimed.Count == 0) return Error.Invalid("An upload is completed with at least one part.", "parts");
        var sent = parts.ToDictionary(part => part.Number, part => part.Blob.Id.ToString());
        foreach (var (number, tag) in claimed)
        {
            if (!sent.Remove(number, out var stored)) return Error.Invalid($"Part {number} was never received. Send it again.", "parts");
            if (tag.Trim('"') != stored)
                return Error.Invalid($"Part {number} is not what was sent: its ETag is {stored}, not {tag}.", "parts");
        }

        return sent.Count == 0
            ? null
            : Error.Invalid($"Part {sent.Keys.Min()} was received but is not in the list. Name every part, or abort the upload.", "parts");
    }

    /// <summary>The reader learns of a damaged part by an exception: half a file must not become a whole one.</summary>
    private async Task<Result<Done>> CopyAsync(List<(int Number, BlobInfo Blob)> parts, PipeWriter writer, CancellationToken cancellation)
    {
        foreach (var (number, blob) in parts)
        {
            try
            {
                var copied = await blobs.CopyToAsync(blob.Id, 0, blob.SizeBytes, writer, cancellation);
                if (!copied.IsFailure) continue;
                await writer.CompleteAsync(new InvalidDataException($"Part {number}: {copied.Error}"));
                return copied;
            }
            catch (CorruptBlobException exception)
            {
                await writer.CompleteAsync(new InvalidDataException($"Part {number} is damaged.", exception));
                return new Error(ErrorCode.Corrupted, $"Part {number} is damaged. Send it again.");
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // The store has stopped reading: what it refuses it says itself.
                break;
            }
        }

        await writer.CompleteAsync();
        return Done.Value;
    }

    private async Task<Result<BlobInfo>> PutJoinedAsync(PipeReader content, CancellationToken cancellation)
    {
        try
        {
            return await blobs.PutAsync(content, options.ArtifactSizeMaxBytes, cancellation);
        }
        catch (InvalidDataException exception)
        {
            return new Error(ErrorCode.Corrupted, exception.Message);
        }
        finally
        {
            await content.CompleteAsync();
        }
    }

    private static Error Unknown(string uploadId) =>
        Error.NotFound($"There is no upload '{uploadId}': it was completed, aborted, or has expired.");
}

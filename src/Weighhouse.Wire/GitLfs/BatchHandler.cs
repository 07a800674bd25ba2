using Microsoft.AspNetCore.Http;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Wire.GitLfs;

/// <summary>What of the objects a client names is to be moved, and where to.</summary>
internal static class BatchHandler
{
    private const string Sha256 = "sha256";
    private const string Basic = "basic";
    private const string Tus = "tus";

    public static async Task AnswerAsync(LfsCall call)
    {
        if (!(await call.ReadAsync(LfsJson.Default.LfsBatchRequest)).TryGet(out var request, out var error))
        {
            await call.RefuseAsync(error);
            return;
        }

        var objects = request.Objects ?? [];
        if (request.Operation is not ("upload" or "download"))
        {
            await call.RefuseAsync(Error.Invalid(
                $"operation is '{PlainText.Cut(request.Operation ?? "", 40)}'; it is upload or download.", "operation"));
        }
        else if (request.HashAlgo is not (null or Sha256))
        {
            await call.RefuseAsync(Error.Conflict(
                $"hash_algo is '{PlainText.Cut(request.HashAlgo, 40)}'; content is named by sha256 here."));
        }
        else if (objects.Count > call.Options.BatchObjectsMax)
        {
            await LfsErrors.WriteAsync(
                call.Http, StatusCodes.Status413PayloadTooLarge,
                $"The batch has {objects.Count} objects; the limit is {call.Options.BatchObjectsMax}. Send it in parts.");
        }
        else
        {
            await AnswerAsync(call, objects, request.Operation == "upload", request.Transfers ?? []);
        }
    }

    private static async Task AnswerAsync(LfsCall call, IReadOnlyList<LfsObject?> objects, bool isUpload, IReadOnlyList<string> transfers)
    {
        var answers = new LfsBatchObject[objects.Count];
        var (named, places) = (new List<ContentAlias>(), new List<int>());
        for (var i = 0; i < answers.Length; i++)
        {
            if (Refuse(objects[i], out var alias) is { } refusal)
            {
                answers[i] = new LfsBatchObject(
                    objects[i]?.Oid ?? "", objects[i]?.Size ?? 0,
                    Error: new LfsObjectError(StatusCodes.Status422UnprocessableEntity, refusal.Message));
                continue;
            }

            named.Add(alias);
            places.Add(i);
        }

        var permission = isUpload ? Permission.Contribute : Permission.View;
        var found = await call.Aliases.FindAllAsync(call.Caller, call.Repository, permission, named, call.Cancellation);
        if (!found.TryGet(out var contents, out var error))
        {
            await call.RefuseRepositoryAsync(error);
            return;
        }

        var transfer = isUpload && transfers.Contains(Tus, StringComparer.Ordinal) ? Tus : Basic;
        for (var i = 0; i < places.Count; i++)
        {
            var size = objects[places[i]]!.Size;
            answers[places[i]] = isUpload
                ? ForUpload(call, named[i], size, contents[i], transfer)
                : ForDownload(call, named[i], size, contents[i]);
        }

        await call.OkAsync(new LfsBatch(transfer, answers, Sha256), LfsJson.Default.LfsBatch);
    }

    private static Error? Refuse(LfsObject? asked, out ContentAlias alias)
    {
        if (!ContentAlias.Parse(AliasAlgorithm.Sha256, asked?.Oid ?? "").TryGet(out alias, out var error)) return error;
        return asked!.Size < 0 ? Error.Invalid($"The size is {asked.Size}; it cannot be negative.", "size") : null;
    }

    /// <summary>Content that is there needs no upload, and nothing says so by leaving the actions out.</summary>
    private static LfsBatchObject ForUpload(LfsCall call, ContentAlias alias, long size, BlobInfo? content, string transfer)
    {
        if (content is { } there)
            return there.SizeBytes == size ? new LfsBatchObject(alias.Digest, size) : WrongSize(alias, size, there.SizeBytes);
        var folder = transfer == Tus ? "uploads" : "objects";
        return new LfsBatchObject(
            alias.Digest, size,
            new LfsActions(
                Upload: new LfsAction(call.Address($"{folder}/{alias}?size={size}")),
                Verify: new LfsAction(call.Address("objects/verify"))));
    }

    private static LfsBatchObject ForDownload(LfsCall call, ContentAlias alias, long size, BlobInfo? content)
    {
        if (content is not { } there)
        {
            return new LfsBatchObject(alias.Digest, size, Error: new LfsObjectError(
                StatusCodes.Status404NotFound,
                $"Repository '{call.Repository}' has no object {alias}. Push it from a clone that has it: git lfs push --all."));
        }

        return there.SizeBytes == size
            ? new LfsBatchObject(alias.Digest, size, new LfsActions(Download: new LfsAction(call.Address($"objects/{alias}"))))
            : WrongSize(alias, size, there.SizeBytes);
    }

    private static LfsBatchObject WrongSize(ContentAlias alias, long size, long known) => new(
        alias.Digest, size,
        Error: new LfsObjectError(StatusCodes.Status422UnprocessableEntity, $"Object {alias} has {known} bytes, not {size}."));
}

using System.Text.Json.Serialization;

namespace Weighhouse.Wire.GitLfs;

internal sealed record LfsMessage(string Message, string RequestId);

internal sealed record LfsRef(string? Name);

internal sealed record LfsObject(string? Oid, long Size);

internal sealed record LfsBatchRequest(
    string? Operation, IReadOnlyList<string>? Transfers, IReadOnlyList<LfsObject?>? Objects, string? HashAlgo);

internal sealed record LfsAction(string Href);

internal sealed record LfsActions(LfsAction? Upload = null, LfsAction? Verify = null, LfsAction? Download = null);

internal sealed record LfsObjectError(int Code, string Message);

internal sealed record LfsBatchObject(string Oid, long Size, LfsActions? Actions = null, LfsObjectError? Error = null);

internal sealed record LfsBatch(string Transfer, IReadOnlyList<LfsBatchObject> Objects, string HashAlgo);

internal sealed record LfsLockRequest(string? Path, LfsRef? Ref);

internal sealed record LfsVerifyLocksRequest(LfsRef? Ref, string? Cursor, int? Limit);

internal sealed record LfsUnlockRequest(bool Force, LfsRef? Ref);

internal sealed record LfsOwner(string Name);

internal sealed record LfsLock(string Id, string Path, string LockedAt, LfsOwner Owner);

internal sealed record LfsLockReply(LfsLock Lock, string? Message = null);

internal sealed record LfsLockList(IReadOnlyList<LfsLock> Locks, string? NextCursor);

internal sealed record LfsLocksToVerify(IReadOnlyList<LfsLock> Ours, IReadOnlyList<LfsLock> Theirs, string? NextCursor);

[JsonSerializable(typeof(LfsMessage))]
[JsonSerializable(typeof(LfsObject))]
[JsonSerializable(typeof(LfsBatchRequest))]
[JsonSerializable(typeof(LfsBatch))]
[JsonSerializable(typeof(LfsLockRequest))]
[JsonSerializable(typeof(LfsVerifyLocksRequest))]
[JsonSerializable(typeof(LfsUnlockRequest))]
[JsonSerializable(typeof(LfsLockReply))]
[JsonSerializable(typeof(LfsLockList))]
[JsonSerializable(typeof(LfsLocksToVerify))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class LfsJson : JsonSerializerContext;

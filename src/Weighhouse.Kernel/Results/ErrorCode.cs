namespace Weighhouse.Kernel;

/// <summary>Every way an operation can be refused. Named here once; each wire folder maps them to its protocol's own words.</summary>
public enum ErrorCode
{
    /// <summary>The request is wrong and will stay wrong: a missing field, a bad value, a limit passed.</summary>
    InvalidArgument,
    NotFound,
    AlreadyExists,
    /// <summary>The request is right, but the object is in a state that forbids it.</summary>
    FailedPrecondition,
    /// <summary>Somebody else changed the object first.</summary>
    Conflict,
    Unauthenticated,
    PermissionDenied,
    /// <summary>Too many requests or too much data at once; later is fine.</summary>
    LimitExceeded,
    /// <summary>Disk or quota is full; later is only fine after somebody makes room.</summary>
    StorageFull,
    NotSupported,
    Unavailable,
    Corrupted,
    Internal,
}

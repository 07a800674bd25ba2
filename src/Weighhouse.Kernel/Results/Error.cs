namespace Weighhouse.Kernel;

/// <summary>An expected failure: what, in which field, and how to cure it.</summary>
/// <param name="Code">The kind of failure.</param>
/// <param name="Message">States the value, the limit and, where there is one, the cure.</param>
/// <param name="Field">The request field that is wrong, in the words of the native API; null when no one field is.</param>
public sealed record Error(ErrorCode Code, string Message, string? Field = null)
{
    /// <summary>When asking again may help; null when waiting is no cure. Doors send it as Retry-After.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static Error Invalid(string message, string? field = null) => new(ErrorCode.InvalidArgument, message, field);

    public static Error NotFound(string message) => new(ErrorCode.NotFound, message);

    public static Error Exists(string message) => new(ErrorCode.AlreadyExists, message);

    public static Error Precondition(string message) => new(ErrorCode.FailedPrecondition, message);

    public static Error Conflict(string message) => new(ErrorCode.Conflict, message);

    public static Error Denied(string message) => new(ErrorCode.PermissionDenied, message);

    public override string ToString() => $"{Code}: {Message}";
}

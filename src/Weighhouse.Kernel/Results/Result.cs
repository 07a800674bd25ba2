using System.Diagnostics.CodeAnalysis;

namespace Weighhouse.Kernel;

/// <summary>A value, or the reason there is none. Bugs throw; expected failures come back as this.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Error? error)
    {
        _value = value;
        Error = error;
    }

    public Error? Error { get; }

    [MemberNotNullWhen(true, nameof(Error))]
    public bool IsFailure => Error is not null;

    /// <summary>The value; asking a failure for it is a bug.</summary>
    public T Value => Error is null ? _value! : throw new InvariantException($"A failed result has no value: {Error}");

    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Error? error)
    {
        value = _value;
        error = Error;
        return error is null;
    }

    public Result<TOther> Map<TOther>(Func<T, TOther> map) => Error is null ? map(_value!) : Error;

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Error error) => new(default, error);
}

/// <summary>Nothing: the value of an operation that only succeeds or fails.</summary>
public readonly record struct Done
{
    public static readonly Done Value;

    public static readonly Result<Done> Ok = Value;
}

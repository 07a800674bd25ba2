using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Weighhouse.Kernel;

/// <summary>Checks what must always hold. A violation is a bug: it is thrown, logged and answered as an internal error.</summary>
public static class Invariant
{
    public static void That([DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        if (!condition) throw new InvariantException($"Invariant violated: {what}");
    }

    [DoesNotReturn]
    public static T Unreachable<T>(object? value, [CallerArgumentExpression(nameof(value))] string? what = null) =>
        throw new InvariantException($"Unreachable: {what} was {value}");
}

/// <summary>A bug in Weighhouse itself.</summary>
public sealed class InvariantException(string message) : Exception(message);

using System.Runtime.CompilerServices;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>What both engines refuse alike, so that a caller that works on one works on the other.</summary>
internal static class DataRules
{
    /// <summary>SQLite would silently store NaN as NULL.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RefuseNaN(SqlText text, string name, double value)
    {
        if (double.IsNaN(value)) ThrowNaN(text, name);
    }

    public static InvariantException LoneSurrogate(SqlText text, string name) =>
        new($"{text.Name}: the text bound to '{name}' has a lone surrogate; it must be refused before it comes here.");

    public static InvariantException NullColumn(SqlText text, int column) =>
        new($"{text.Name}: column {column} is NULL; read it with an ...OrNull method, or do not let it be NULL.");

    private static void ThrowNaN(SqlText text, string name) => throw new InvariantException(
        $"{text.Name}: NaN is bound to '{name}'. SQLite has no NaN: store a flag beside the number.");
}

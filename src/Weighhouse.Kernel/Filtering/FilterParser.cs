using System.Text;

namespace Weighhouse.Kernel;

/// <summary>Turns a filter into a tree. Never throws, whatever the text; what is wrong comes back with its place and its cure.</summary>
public static class FilterParser
{
    public static Result<FilterNode> Parse(string? filter, FilterVocabulary vocabulary, FilterDialect dialect)
    {
        if (string.IsNullOrEmpty(filter)) return FilterNode.Everything;
        if (Unfit(filter) is { } error) return error;
        return dialect is FilterDialect.Mlflow
            ? new MlflowFilterParser(filter, vocabulary).Parse()
            : new NativeFilterParser(filter, vocabulary).Parse();
    }

    internal static Error? Unfit(string text)
    {
        if (text.Length > FilterLimits.LengthMaxCharacters)
            return Error.Invalid(
                $"The filter has {text.Length} characters; at most {FilterLimits.LengthMaxCharacters} are allowed. Split it into several "
                + "searches.",
                "filter");
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0') return Error.Invalid($"The filter has a NUL at character {i + 1}. Remove it.", "filter");
            if (!char.IsSurrogate(text[i])) continue;
            if (Rune.TryGetRuneAt(text, i, out _)) i++;
            else return Error.Invalid($"The filter has half a surrogate pair at character {i + 1}. Remove it.", "filter");
        }

        return null;
    }

    internal static Error TooManyClauses() =>
        Error.Invalid($"The filter has more than {FilterLimits.ClausesMax} clauses. Use IN for lists of values, or split it into several "
            + "searches.", "filter");

    internal static Error ListTooLong() =>
        Error.Invalid($"A list in the filter has more than {FilterLimits.ListMax} values. Split it into several searches.", "filter");

    internal static Error At(string message, int position) =>
        Error.Invalid($"{message} (at character {position + 1} of the filter)", "filter");
}

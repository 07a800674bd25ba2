using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Spelling;

/// <summary>
/// Two names of one folder that are the same text for Unicode, spelled with other characters: é as one character, and as e with an accent.
/// People cannot tell them apart, and macOS takes them for one file.
/// </summary>
internal static class TwinNames
{
    public static Error? Refuse(IEnumerable<string> names)
    {
        // Of two twins at least one is not decomposed: where all are, and that is nearly everywhere, nothing has to be remembered.
        List<string>? composed = null;
        foreach (var name in names)
            if (!ReferenceEquals(CanonicalForm.Of(name), name)) (composed ??= []).Add(name);
        if (composed is null) return null;
        var forms = composed.ToLookup(CanonicalForm.Of, StringComparer.Ordinal);
        foreach (var name in names)
        {
            foreach (var twin in forms[CanonicalForm.Of(name)])
                if (twin != name) return Told(name, twin);
        }

        return null;
    }

    private static Error Told(string one, string other) => Error.Invalid(
        $"'{PlainText.Cut(one, 80)}' ({Spelled(one)}) and '{PlainText.Cut(other, 80)}' ({Spelled(other)}) in one folder are the same name, "
        + "spelled with other characters: people cannot tell them apart, and macOS takes them for one. Rename one of them.",
        "path");

    /// <summary>The characters that are not ASCII, by their numbers: what the eye cannot see.</summary>
    private static string Spelled(string name)
    {
        const int shownMax = 4;
        var numbers = name.EnumerateRunes().Where(static character => !character.IsAscii)
            .Select(static character => $"U+{character.Value:X4}");
        return string.Join(' ', numbers.Take(shownMax));
    }
}

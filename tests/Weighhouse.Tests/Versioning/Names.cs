namespace Weighhouse.Tests.Versioning;

/// <summary>Names of files as people and machines make them.</summary>
internal static class Names
{
    private static readonly string[] Alphabets =
    [
        "abcdefghijklmnopqrstuvwxyz0123456789_-", "ABCXYZ .,()[]{}#%&'+;=@!~`$^", "äöüßéèñçøåæœ", "日本語中文한국어", "😀🎉🧪𝒳𐍈", "\ue000\uffee\u0301\u0308",
        "CONauxNUL:|?*<>\"\\\t\n",
    ];

    public static string Any(Random random)
    {
        while (true)
        {
            var length = random.Next(20) == 0 ? random.Next(60, 62) : random.Next(1, 14);
            var runes = new System.Text.StringBuilder();
            for (var i = 0; i < length; i++)
            {
                var alphabet = Alphabets[random.Next(random.Next(2) == 0 ? 1 : Alphabets.Length)].EnumerateRunes().ToArray();
                runes.Append(alphabet[random.Next(alphabet.Length)]);
            }

            if (Weighhouse.Versioning.Objects.NameRules.Refuse(runes.ToString()) is null) return runes.ToString();
        }
    }

    public static List<string> Distinct(Random random, int count)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        while (names.Count < count)
        {
            // No folder has two names that are the same text.
            var name = Any(random);
            names.TryAdd(Weighhouse.Versioning.Spelling.CanonicalForm.Of(name), name);
        }

        return [.. names.Values];
    }
}

namespace Weighhouse.Tests.Rules.Reference;

/// <summary>A page of docs/reference that the program itself dictates.</summary>
internal static class ReferencePage
{
    /// <summary>Set to 1 by './build reference', which writes the pages instead of comparing them.</summary>
    private const string RewriteVariable = "WEIGH_REWRITE";

    public static void AssertCurrent(string name, string text)
    {
        var path = Path.Combine(Repository.Root, "docs", "reference", name);
        if (Environment.GetEnvironmentVariable(RewriteVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        var written = File.Exists(path) ? File.ReadAllText(path) : "";
        if (written == text) return;
        var difference = FirstDifference(written.Split('\n'), text.Split('\n'));
        Assert.Fail($"docs/reference/{name} is not what the program says:\n{difference}\ncure: ./build reference, and read what changed.");
    }

    private static string FirstDifference(string[] written, string[] said)
    {
        for (var at = 0; at < Math.Max(written.Length, said.Length); at++)
        {
            var old = at < written.Length ? written[at] : "(the end)";
            var now = at < said.Length ? said[at] : "(the end)";
            if (old != now) return $"  line {at + 1} says   {old}\n  the program  {now}";
        }

        return "";
    }
}

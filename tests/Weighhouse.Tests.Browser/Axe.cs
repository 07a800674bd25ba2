using System.Text.Json;

namespace Weighhouse.Tests.Browser;

/// <summary>axe-core, a package of the web folder: the rules of WCAG 2.2 AA and of good practice that a program can judge.</summary>
internal static class Axe
{
    private const string Run =
        """
        async () => {
            const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
            const { violations } = await axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
            return violations.flatMap(violation => violation.nodes.slice(0, 5).map(node =>
                `${violation.id}: ${node.html.slice(0, 160)} (`
                + node.any.concat(node.all, node.none).map(each => each.message).join('; ') + ')'));
        }
        """;

    private static readonly Lazy<string> Script = new(() => File.ReadAllText(Path.Combine(FindWeb(), "node_modules/axe-core/axe.min.js")));

    /// <summary>Fails with all that the page violates.</summary>
    public static async Task ExpectNothingAsync(Visit visit)
    {
        var found = await FindAsync(visit);
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    /// <summary>What the page as it stands violates, a line each.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(Visit visit)
    {
        await visit.Page.EvaluateAsync(Script.Value);
        var found = await visit.Page.EvaluateAsync<JsonElement>(Run);
        return [.. found.EnumerateArray().Select(violation => violation.GetString()!)];
    }

    private static string FindWeb()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Weighhouse.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException($"No Weighhouse.slnx above {AppContext.BaseDirectory}");
        return Path.Combine(folder.FullName, "web");
    }
}

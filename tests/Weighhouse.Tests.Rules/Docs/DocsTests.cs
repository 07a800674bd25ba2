namespace Weighhouse.Tests.Rules.Docs;

public class DocsTests
{
    private static IEnumerable<RepositoryFile> Documents => Repository.Under("", ".md");

    [Fact]
    public void Links_between_documents_resolve()
    {
        var violations = new Violations("A link in a document leads to a file, folder or heading that is there.", "mend the link.");
        foreach (var file in Documents)
            foreach (var link in new MarkdownFile(file.Text).Links.Where(link => !IsElsewhere(link.Target)))
                if (Problem(file, link.Target) is { } problem) violations.Add(file, link.Line, problem);
        violations.AssertNone();
    }

    [Fact]
    public void Every_document_of_docs_is_in_its_index()
    {
        var violations = new Violations("docs/README.md leads to every document of docs/.", "add it to the index.");
        var linked = new MarkdownFile(Repository.Read("docs/README.md")).Links
            .Select(link => $"docs/{link.Target}").Append("docs/README.md").ToHashSet(StringComparer.Ordinal);
        foreach (var file in Documents.Where(file => file.Path.StartsWith("docs/", StringComparison.Ordinal)))
            if (!linked.Contains(file.Path)) violations.Add(file.Path, "is not in docs/README.md");
        violations.AssertNone();
    }

    [Fact]
    public void Every_decision_record_has_its_four_parts()
    {
        var violations = new Violations("A decision record has Status, Context, Decision and Consequences.", "add the missing part.");
        foreach (var file in Documents.Where(file => file.Path.StartsWith("docs/adr/", StringComparison.Ordinal)))
        {
            var anchors = new MarkdownFile(file.Text).Anchors;
            foreach (var part in new[] { "status", "context", "decision", "consequences" }.Where(part => !anchors.Contains(part)))
                violations.Add(file.Path, $"has no {part}");
        }

        violations.AssertNone();
    }

    private static bool IsElsewhere(string target) =>
        target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal);

    private static string? Problem(RepositoryFile from, string target)
    {
        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0
            ? from.FullPath
            : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(from.FullPath)!, parts[0]));
        if (!File.Exists(path) && !Directory.Exists(path)) return $"leads to {parts[0]}, which is not there";
        if (parts is not [_, var anchor] || !path.EndsWith(".md", StringComparison.Ordinal)) return null;
        return new MarkdownFile(File.ReadAllText(path)).Anchors.Contains(anchor)
            ? null
            : $"leads to #{anchor}, which is no heading of {parts[0]}";
    }
}

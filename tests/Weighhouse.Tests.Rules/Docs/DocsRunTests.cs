namespace Weighhouse.Tests.Rules.Docs;

/// <summary>What a document tells people to type is typed here, or the document says why not.</summary>
public class DocsRunTests
{
    private static readonly string[] CommandLanguages = ["sh", "bash", "shell", "console", "python", "csharp"];

    private static IEnumerable<RepositoryFile> Guides => Repository.Under("", ".md")
        .Where(file => file.Path == "README.md" || file.Path.StartsWith("docs/", StringComparison.Ordinal));

    public static TheoryData<string> DocumentsThatRun =>
        [.. Guides.Where(file => Blocks(file.Path).Any(block => block.Mark is "runs" or "serves")).Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(DocumentsThatRun))]
    public async Task Commands_in_documents_do_what_they_say(string path)
    {
        await using var run = new DocumentRun();
        foreach (var block in Blocks(path)) await run.DoAsync(block);
        await run.StopAsync();
    }

    [Fact]
    public void Every_command_shown_is_run_or_says_why_not()
    {
        var violations = new Violations(
            "Above a block of commands stands <!-- serves -->, <!-- runs --> or <!-- not run: reason -->: guides are tested.",
            "mark the block; see CONTRIBUTING.md.");
        foreach (var file in Guides)
            foreach (var block in Blocks(file.Path).Where(block => CommandLanguages.Contains(block.Language) && !IsMarked(block)))
                violations.Add(file, block.Line, $"a block of {block.Language} without a mark");
        violations.AssertNone();
    }

    private static bool IsMarked(MarkdownBlock block) => block.Language == "sh" && block.Mark is "runs" or "serves"
        || block.Mark is { } mark && mark.StartsWith("not run: ", StringComparison.Ordinal);

    private static IReadOnlyList<MarkdownBlock> Blocks(string path) => new MarkdownFile(Repository.Read(path)).Blocks;
}

using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh diff</c>: which files differ, and in what.</summary>
internal static class DiffCommand
{
    private const int FilesMax = 1_000;
    private const int ChangesMax = 1_000;

    private static readonly Argument<string[]> Names = new("revisions")
    {
        Description = "None: the folder against the last commit. One: the folder against it. Two, or A..B: one against the other",
        Arity = new ArgumentArity(0, 2),
    };

    private static readonly Option<string[]> Paths = new("--path")
    {
        Description = "Only these files and folders", HelpName = "PATH", Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<bool> Staged = new("--staged") { Description = "What is staged, against the last commit" };

    private static readonly Option<bool> Stat = new("--stat") { Description = "A line for each file: how many tensors, rows or lines" };

    private static readonly Option<bool> Semantic = new("--semantic")
    {
        Description = "What the files hold: tensors by name, columns, lines, sizes of images",
    };

    private static readonly Option<bool> Rows = new("--rows") { Description = "As --semantic, and the rows of tables that differ" };

    private static readonly Option<bool> Statistics = new("--statistics")
    {
        Description = "As --semantic, and how far changed tensors moved: reads their weights",
    };

    private static readonly Option<string[]> Key = new("--key")
    {
        Description = "The columns by which rows are the same row; without it one is looked for", HelpName = "COLUMN",
        Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int> Limit = new("--limit", "-n")
    {
        Description = "Tensors, rows or lines to tell of each file", DefaultValueFactory = _ => 50,
    };

    public static Command Diff() => new Command("diff", "Show which files differ, and in what. Exits with 0 whether or not any do")
    {
        Names, Paths, Staged, Stat, Semantic, Rows, Statistics, Key, Limit,
    }.InWorkspace(async context =>
    {
        var revisions = context.Get(Names) ?? [];
        if (revisions is [var range] && HistoryCommands.Range(range) is (var other, { } one)) revisions = [one, other];
        var request = new DiffRequest(revisions, context.Get(Paths) ?? [], context.From, context.Get(Staged));
        var looksInside = context.Get(Semantic) || context.Get(Rows) || context.Get(Statistics) || context.Get(Key) is { Length: > 0 };
        return looksInside || context.Get(Stat)
            ? await ContentAsync(context, request, looksInside)
            : await PathsAsync(context, request);
    }).WithExamples(
        ("weigh diff", "what changed since the last commit"),
        ("weigh diff v1 v2 --stat", "how much, file by file"),
        ("weigh diff v1..v2 --path labels.csv --rows --key id", "which rows, matched by the column id"),
        ("weigh diff v1 v2 --statistics", "how far the weights moved"));

    private static async Task<int> PathsAsync(WorkspaceContext context, DiffRequest request)
    {
        var read = await context.Workspace.DiffAsync(request, context.Cancellation);
        if (!read.TryGet(out var changes, out var error)) return context.Fail(error);
        if (context.Output.Format is not OutputFormat.Table) context.Output.List<object>([.. changes.Select(ChangeView.Of)], [], "");
        else foreach (var change in changes)
            context.Output.Writer.WriteLine($"{ChangeView.Letter(change.State)} {ChangeView.Printable(change.Path)}");
        return ExitCode.Success;
    }

    private static async Task<int> ContentAsync(WorkspaceContext context, DiffRequest request, bool looksInside)
    {
        var limit = context.Get(Limit);
        if (limit is < 0 or > ChangesMax) return context.Fail(Error.Invalid($"--limit is {limit}; it must be from 0 to {ChangesMax}."));
        var key = context.Get(Key) is { Length: > 0 } columns ? columns : null;
        var depth = new ContentDiffDepth(context.Get(Statistics), key, looksInside ? limit : null);
        var read = await context.Workspace.DiffContentAsync(new WorkspaceContentDiff(request, depth, FilesMax), context.Cancellation);
        if (!read.TryGet(out var diffs, out var error)) return context.Fail(error);
        if (context.Output.Format is not OutputFormat.Table)
        {
            context.Output.List(diffs, [], "");
            return ExitCode.Success;
        }

        foreach (var diff in diffs)
        {
            if (looksInside) new ContentText(context.Output.Writer, context.Get(Rows) || key is not null).Write(diff);
            else context.Output.Writer.WriteLine(ContentText.Line(diff));
        }

        if (diffs.Count == FilesMax && !context.Quiet)
            Console.Error.WriteLine($"weigh diff: the first {FilesMax} files; name others with --path");
        return ExitCode.Success;
    }
}

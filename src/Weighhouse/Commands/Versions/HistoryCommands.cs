using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh log</c>, <c>show</c>: what was committed.</summary>
internal static class HistoryCommands
{
    private const int PageSize = 1_000;

    public static Command Log()
    {
        var revision = new Argument<string>("revision")
        {
            Description = "Where to begin; A..B is what B has and A lacks", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ =>
                "HEAD",
        };
        var path = new Option<string?>("--path") { Description = "Only commits that changed this file or folder", HelpName = "PATH" };
        var limit = new Option<int>("--limit", "-n") { Description = "At most so many", DefaultValueFactory = _ => 50 };
        var first = new Option<bool>("--first-parent") { Description = "Only what was committed or merged on the branch itself" };
        var brief = new Option<bool>("--oneline") { Description = "One line a commit" };
        return new Command("log", "List commits, newest first") { revision, path, limit, first, brief }.InWorkspace(async context =>
        {
            var (from, without) = Range(context.Get(revision));
            var found = new List<NamedCommit>();
            string? token = null;
            do
            {
                var read = await context.Workspace.LogAsync(
                    new WorkspaceLogQuery(
                        from, without, context.Get(path), context.From, context.Get(first),
                        Math.Clamp(context.Get(limit) - found.Count, 1, PageSize), token),
                    context.Cancellation);
                if (!read.TryGet(out var page, out var error)) return context.Fail(error);
                found.AddRange(page.Items);
                token = page.NextToken;
            }
            while (token is not null && found.Count < context.Get(limit));
            Print(context, found, context.Get(brief));
            return ExitCode.Success;
        }).WithExamples(
            ("weigh log --oneline -n 10", "the last ten"),
            ("weigh log main..exp", "what exp has and main lacks"),
            ("weigh log --path models/best.safetensors", "who changed one file"));
    }

    public static Command Show()
    {
        var revision = new Argument<string>("revision")
        {
            Description = "A branch, tag or commit", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "HEAD",
        };
        return new Command("show", "Show one commit: message, facts, what it changed") { revision }.InWorkspace(async context =>
        {
            var read = await context.Workspace.ShowAsync(context.Get(revision), context.Cancellation);
            if (!read.TryGet(out var view, out var error)) return context.Fail(error);
            if (context.Output.Format is not OutputFormat.Table)
                context.Output.One(new { Commit = CommitViews.Of(view.Commit), Changes = view.Changes.Select(ChangeView.Of) });
            else
            {
                CommitViews.Write(context.Output.Writer, view.Commit);
                foreach (var change in view.Changes)
                    context.Output.Writer.WriteLine($"{ChangeView.Letter(change.State)} {ChangeView.Printable(change.Path)}");
            }

            return ExitCode.Success;
        }).WithExamples(("weigh show v2", "the commit that v2 names"));
    }

    /// <summary>"A..B" is B without A; either may be left out for HEAD.</summary>
    public static (string Revision, string? Without) Range(string text)
    {
        var at = text.IndexOf("..", StringComparison.Ordinal);
        if (at < 0) return (text, null);
        var (one, other) = (text[..at], text[(at + 2)..]);
        return (other.Length == 0 ? "HEAD" : other, one.Length == 0 ? "HEAD" : one);
    }

    private static void Print(WorkspaceContext context, List<NamedCommit> found, bool brief)
    {
        if (context.Output.Format is not OutputFormat.Table)
        {
            context.Output.List<object>([.. found.Select(CommitViews.Of)], [], "");
            return;
        }

        if (found.Count == 0 && !context.Quiet) Console.Error.WriteLine("No commits. Make one: weigh commit -m \"the first\"");
        foreach (var commit in found)
        {
            if (brief) context.Output.Writer.WriteLine($"{commit.Id.ToString()[..12]} {ChangeView.Printable(commit.Commit.Subject)}");
            else CommitViews.Write(context.Output.Writer, commit);
        }
    }
}

using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh commit</c>.</summary>
internal static class CommitCommand
{
    private static readonly Argument<string[]> Paths = new("paths")
    {
        Description = "Only these files and folders", Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> Message = new("--message", "-m") { Description = "What changed, and why", HelpName = "TEXT" };

    private static readonly Option<string?> MessageFile = new("--message-file", "-F")
    {
        Description = "Read the message from a file; - is standard input", HelpName = "FILE",
    };

    private static readonly Option<bool> All = new("--all", "-a") { Description = "The whole folder, whatever is staged" };

    private static readonly Option<bool> AllowEmpty = new("--allow-empty") { Description = "Make a commit even when nothing has changed" };

    private static readonly Option<string?> Tag = new("--tag") { Description = "Also tag the commit", HelpName = "NAME" };

    private static readonly Option<string[]> Facts = new("--fact")
    {
        Description = "Something to remember with it, such as metric.f1=0.93; may be repeated", HelpName = "KEY=VALUE",
            Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Author = new("--author")
    {
        Description = "Who made the change [default: WEIGH_AUTHOR_NAME and _EMAIL, else Git's user, else the system's]",
            HelpName = "NAME <EMAIL>",
    };

    public static Command Create() => new Command(
        "commit",
        "Store the folder as a version. Takes every change and every new file that .weighignore does not leave out; once paths are staged "
        + "with 'weigh add', only those. Exits with 0 and makes no commit when nothing has changed.")
    {
        Paths, Message, MessageFile, All, AllowEmpty, Tag, Facts, Author,
    }.InWorkspace(RunAsync).WithExamples(
        ("weigh commit -m \"Mend 200 labels\"", "the whole folder"),
        ("weigh commit -m \"Retrained\" --fact metric.f1=0.93 --tag v2", "with a fact and a tag"),
        ("weigh commit -m \"New images\" images/", "one folder only"));

    private static async Task<int> RunAsync(WorkspaceContext context)
    {
        if (!Read(context).TryGet(out var request, out var error)) return context.Fail(error);
        using var bar = new WorkProgressBar(context.Quiet);
        var committed = await context.Workspace.CommitAsync(request, context.From, bar.Progress, context.Cancellation);
        bar.Dispose();
        if (!committed.TryGet(out var outcome, out error)) return context.Fail(error);
        foreach (var problem in outcome.LeftOut)
            Console.Error.WriteLine($"weigh commit: left out {ChangeView.Printable(problem.Path)}: {problem.Reason}");
        return context.Said(View(outcome), Sentence(outcome, request));
    }

    private static Kernel.Result<CommitRequest> Read(WorkspaceContext context)
    {
        var message = context.Get(Message);
        if (context.Get(MessageFile) is { } file)
        {
            try
            {
                message = file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(Path.GetFullPath(file, context.From));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return Kernel.Error.Invalid($"The message cannot be read from {file}: {exception.Message}");
            }
        }

        if (string.IsNullOrWhiteSpace(message))
            return Kernel.Error.Invalid("Say what changed: weigh commit -m \"…\"");
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var fact in context.Get(Facts) ?? [])
        {
            var at = fact.IndexOf('=');
            if (at < 1) return Kernel.Error.Invalid($"--fact {fact}: it must be KEY=VALUE.");
            facts[fact[..at]] = fact[(at + 1)..];
        }

        return new CommitRequest(
            message.TrimEnd(), context.Get(All), context.Get(Paths), context.Get(AllowEmpty), context.Get(Tag)) { Facts = facts,
                Author = ReadAuthor(context) };
    }

    private static CommitAuthor? ReadAuthor(WorkspaceContext context)
    {
        if (context.Get(Author) is not { } text) return null;
        var open = text.LastIndexOf('<');
        return open > 0 && text.EndsWith('>')
            ? new CommitAuthor(text[..open].Trim(), text[(open + 1)..^1].Trim())
            : new CommitAuthor(text.Trim());
    }

    private static object View(CommitOutcome outcome) => new
    {
        outcome.IsNew,
        Commit = outcome.Commit?.ToString(),
        outcome.Branch,
        outcome.Added,
        outcome.Modified,
        outcome.Deleted,
        outcome.SizeBytes,
        outcome.LeftOut,
    };

    private static string Sentence(CommitOutcome outcome, CommitRequest request) => outcome.IsNew
        ? $"[{outcome.Branch ?? "no branch"} {outcome.Commit.ToString()![..12]}] {request.Message.Split('\n')[0]}\n"
            + $" {outcome.Added:N0} added, {outcome.Modified:N0} modified, {outcome.Deleted:N0} deleted; "
                + $"{WorkProgressBar.Bytes(outcome.SizeBytes)} in all"
        : "Nothing has changed since the last commit";
}

using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh import</c>.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string> Source = new("path") { Description = "The folder of the other repository" };

    private static readonly Option<string> Revision = new("--revision")
    {
        Description = "Git's name of the state to come to", DefaultValueFactory = _ => "HEAD", HelpName = "REVISION",
    };

    private static readonly Option<bool> OnlyLast = new("--only-last") { Description = "Only that state, without its history" };

    private static readonly Option<bool> SkipMissing = new("--skip-missing")
    {
        Description = "Leave out files whose content is not there, and count them",
    };

    private static readonly Option<string?> Cache = new("--cache")
    {
        Description = "Where DVC's content lies [default: what its configuration says, else .dvc/cache]", HelpName = "DIR",
    };

    public static Command Create() => new("import", "Take in a repository of another tool") { Dvc(), Git() };

    private static Command Dvc()
    {
        var branch = Branch("dvc");
        return new Command(
            "dvc",
            "Make commits of the files that DVC tracks, out of its cache: one for each of Git's commits on the way that changed them, with "
            + "its author, time and message. What was imported before is gone on with.")
        {
            Source, branch, Revision, OnlyLast, SkipMissing, Cache,
        }.InWorkspace(context => RunAsync(context, ImportKind.Dvc, branch)).WithExamples(
            ("weigh import dvc ../project", "the whole history, onto the branch dvc"),
            ("weigh import dvc ../project --only-last --branch data", "the present state alone, onto another branch"));
    }

    private static Command Git()
    {
        var branch = Branch("git");
        return new Command(
            "git",
            "Make commits of a Git repository's first-parent history. Files of Git LFS are taken out of its local store. Submodules are "
            + "left out. What was imported before is gone on with.")
        {
            Source, branch, Revision, OnlyLast, SkipMissing,
        }.InWorkspace(context => RunAsync(context, ImportKind.Git, branch)).WithExamples(
            ("weigh import git ../code", "the whole history, onto the branch git"),
            ("weigh import git ../code --revision v2 --only-last", "one state alone"));
    }

    private static Option<string> Branch(string absent) => new("--branch", "-b")
    {
        Description = "The branch that takes it; not the one you are on", DefaultValueFactory = _ => absent, HelpName = "NAME",
    };

    private static async Task<int> RunAsync(WorkspaceContext context, ImportKind kind, Option<string> branch)
    {
        var cache = kind == ImportKind.Dvc ? context.Get(Cache) : null;
        var request = new ImportRequest(
            kind, context.Get(Source), context.Get(branch)!, context.Get(Revision)!, context.Get(OnlyLast), context.Get(SkipMissing),
            cache is null ? null : Path.GetFullPath(cache, context.From));
        using var bar = new WorkProgressBar(context.Quiet);
        var imported = await context.Workspace.ImportAsync(request, context.From, bar.Progress, context.Cancellation);
        bar.Dispose();
        if (!imported.TryGet(out var outcome, out var error)) return context.Fail(error);
        if (outcome.Missing > 0)
            Console.Error.WriteLine($"weigh import: left out {outcome.Missing:N0} files whose content is not there");
        return context.Said(
            new
            {
                outcome.Branch, outcome.Commits, outcome.Files, outcome.Bytes, outcome.Missing, Head = outcome.Head?.ToString(),
            },
            Sentence(outcome));
    }

    private static string Sentence(ImportOutcome outcome) => outcome.Commits == 0
        ? $"There is nothing new for the branch {outcome.Branch}"
        : $"{outcome.Commits:N0} commits on the branch {outcome.Branch}, with {outcome.Files:N0} different files of "
            + $"{WorkProgressBar.Bytes(outcome.Bytes)}. Next: weigh switch {outcome.Branch}";
}

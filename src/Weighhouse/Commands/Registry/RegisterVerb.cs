using System.CommandLine;
using System.Globalization;
using Weighhouse.Client;
using Weighhouse.Client.Registry;
using Weighhouse.Commands.Shared;
using Weighhouse.Commands.Versions;
using Weighhouse.Kernel;

namespace Weighhouse.Commands.Registry;

/// <summary><c>weigh models register</c>: the next version of a model, of a file, a folder, or something the server has.</summary>
internal static class RegisterVerb
{
    private static readonly Argument<string> Name = new("name") { Description = "The model; registered if it is not there yet" };

    private static readonly Argument<string?> Place = new("path")
    {
        Description = "A file or a folder of this machine", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Run = Text("--run", "RUN", "Make it of what a run logged (with --below)");
    private static readonly Option<string?> Logged = Text("--logged-model", "m-ID", "Make it of a logged model");
    private static readonly Option<string?> Repository = Text("--repository", "NAME", "Make it of files of a repository (with --below)");
    private static readonly Option<string?> Revision = Text("--revision", "REF", "A branch, tag or commit of --repository [default: main]");
    private static readonly Option<string?> Below = Text("--below", "PATH", "Which of the run's artifacts, or of the repository's files");
    private static readonly Option<string?> Source = Text("--source", "URI", "Make it of a model:/, runs:/ or remote URI");
    private static readonly Option<string?> Alias = Text("--alias", "ALIAS", "Point an alias at it");
    private static readonly Option<string?> Stage = Text("--stage", "STAGE", "Move it to a stage");
    private static readonly Option<string?> Description = Text("--description", "TEXT", "What it is");
    private static readonly Option<string?> Project = Text("--project", "PROJECT", "The project of a model that is new");

    private static readonly Option<long?> Experiment = new("--experiment")
    {
        Description = "The experiment that keeps files that are sent [default: 0]", HelpName = "ID",
    };

    /// <summary>What programs read: the version as text, as every client of MLflow has it.</summary>
    private sealed record Registered(
        string Name, string Version, string Stage, IReadOnlyList<string> Aliases, string Source, string? Commit, long? FileCount,
        long? SizeBytes, string? FilesNote);

    public static Command Create() =>
        new Command("register", "Make the next version of a model, of a file or folder or what the server has")
        {
            Name, Place, Run, Logged, Repository, Revision, Below, Source, Alias, Stage, Description, Project, Experiment,
        }.Does(RunAsync).WithExamples(
            ("weigh models register churn model.onnx", "a file of this machine is the next version"),
            ("weigh models register churn ./model --alias champion", "a folder, and whoever follows the alias gets it"),
            ("weigh models register churn --run 4f1c… --below model --stage Staging", "what a run logged"),
            ("weigh models register churn --repository models --revision v2", "files of a repository, as they were committed"));

    private static async Task<int> RunAsync(RemoteContext context)
    {
        if (Refuse(context) is { } problem) return Fail(problem, ExitCode.Usage);
        IReadOnlyList<(string Path, string File)> files = [];
        if (context.Get(Place) is { } place && !ModelFiles.Find(place).TryGet(out files!, out var missing))
            return Fail(missing.Message, ExitCode.Usage);
        var name = context.Get(Name);
        await EnsureAsync(context, name);
        string? upload = null;
        try
        {
            if (files.Count > 0) upload = await ModelFiles.SendAsync(context, name, context.Get(Experiment), files);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail(exception.Message, ExitCode.Failure);
        }

        var made = await context.Client.Models.RegisterAsync(name, AskedFor(context, upload), context.Cancellation);
        if (context.Get(Alias) is { } alias)
        {
            await context.Client.Models.SetAliasAsync(name, alias, made.Version, context.Cancellation);
            made = made with { Aliases = [.. made.Aliases, alias] };
        }

        if (context.Get(Stage) is { } stage)
            made = await context.Client.Models.MoveAsync(name, made.Version, new StageMove(stage), context.Cancellation);
        Said(context, made);
        return ExitCode.Success;
    }

    private static NewModelVersion AskedFor(RemoteContext context, string? upload) => new(
        context.Get(Source), context.Get(Run), context.Get(Logged), context.Get(Repository), context.Get(Revision), context.Get(Below),
        upload, context.Get(Description));

    private static void Said(RemoteContext context, ModelVersion made)
    {
        var version = made.Version.ToString(CultureInfo.InvariantCulture);
        var files = made.FileCount is 1 ? "1 file" : $"{made.FileCount} files";
        var size = made.FileCount is > 0 ? $", {files} of {WorkProgressBar.Bytes(made.SizeBytes ?? 0)}" : "";
        context.Output.Said(
            new Registered(
                made.Name, version, made.Stage, made.Aliases, made.Source, made.Commit, made.FileCount, made.SizeBytes, made.FilesNote),
            $"Registered {made.Name}/{version}{size}");
        if (made.FilesNote is { } note) Console.Error.WriteLine($"weigh: it has no files here: {note}");
    }

    private static async Task EnsureAsync(RemoteContext context, string name)
    {
        try
        {
            await context.Client.Models.GetAsync(name, context.Cancellation);
            return;
        }
        catch (WeighException missing) when (missing.Code is ErrorCode.NotFound)
        {
            // The first version of a new name.
        }

        try
        {
            await context.Client.Models.CreateAsync(new NewRegisteredModel(name, Project: context.Get(Project)), context.Cancellation);
        }
        catch (WeighException taken) when (taken.Code is ErrorCode.AlreadyExists)
        {
            // Somebody else registered it in this instant: it is there, which is what was wanted.
        }
    }

    private static string? Refuse(RemoteContext context)
    {
        (string Name, string? Value)[] ways =
        [
            ("PATH", context.Get(Place)), ("--run", context.Get(Run)), ("--logged-model", context.Get(Logged)),
            ("--repository", context.Get(Repository)), ("--source", context.Get(Source)),
        ];
        var named = ways.Where(static way => way.Value is not null).Select(static way => way.Name).ToArray();
        if (named.Length == 0)
            return "there is nothing to make a version of: name a file or a folder, or see --help for what else there is";
        if (named.Length > 1) return $"{string.Join(" and ", named)} cannot be one version: name one of them";
        if (context.Get(Below) is not null && named[0] is not ("--run" or "--repository"))
            return "--below is a path of --run or --repository";
        return context.Get(Revision) is not null && named[0] is not "--repository" ? "--revision is one of --repository" : null;
    }

    private static int Fail(string problem, int code)
    {
        Console.Error.WriteLine("weigh: " + problem);
        return code;
    }

    private static Option<string?> Text(string name, string shape, string description) =>
        new(name) { Description = description, HelpName = shape };
}

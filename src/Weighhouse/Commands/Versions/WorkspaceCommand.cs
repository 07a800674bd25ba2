using System.CommandLine;
using System.CommandLine.Parsing;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary>What the commands of a workspace share: which folder, how answers are printed, how failures end.</summary>
internal static class WorkspaceCommand
{
    private static readonly Option<string?> Folder = new("--folder", "-C")
    {
        Description = "Run as if started in this folder", HelpName = "DIR",
    };

    private static readonly Option<OutputFormat> Format = new("--output", "-o")
    {
        Description = "How to print: for people, as one JSON document, or one JSON object a line (WEIGH_OUTPUT)",
        DefaultValueFactory = _ => Enum.TryParse<OutputFormat>(Environment.GetEnvironmentVariable("WEIGH_OUTPUT"), true, out var format)
            ? format
            : OutputFormat.Table,
    };

    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Say nothing but errors" };

    /// <summary>Makes <paramref name="run"/> the action of a command that works in a workspace.</summary>
    public static Command InWorkspace(this Command command, Func<WorkspaceContext, Task<int>> run) => command.WithFolder(async context =>
    {
        var found = VersioningModule.FindWorkspace(
            context.From, TimeProvider.System, IdGenerator.Secure, Environment.GetEnvironmentVariable, CredentialFile.Find);
        if (!found.TryGet(out var workspace, out var error)) return context.Fail(error);
        return await run(new WorkspaceContext(context, workspace));
    });

    /// <summary>Makes <paramref name="run"/> the action of a command that needs a folder, but no workspace.</summary>
    public static Command WithFolder(this Command command, Func<FolderContext, Task<int>> run)
    {
        command.Add(Folder);
        command.Add(Format);
        command.Add(Quiet);
        command.SetAction(async (parsed, cancellation) =>
        {
            var from = Path.GetFullPath(parsed.GetValue(Folder) ?? Environment.CurrentDirectory);
            var output = new Output(parsed.InvocationConfiguration.Output, parsed.GetValue(Format));
            var context = new FolderContext(parsed, from, output, parsed.GetValue(Quiet), cancellation);
            if (!Directory.Exists(from)) return context.Fail(Error.NotFound($"There is no folder {from}."));
            try
            {
                return await run(context);
            }
            catch (OperationCanceledException)
            {
                Console.Error.WriteLine("weigh: interrupted");
                return ExitCode.Interrupted;
            }
        });
        return command;
    }
}

/// <summary>What a command that needs no workspace runs with.</summary>
internal sealed record FolderContext(ParseResult Parsed, string From, Output Output, bool Quiet, CancellationToken Cancellation)
    : CommandContext(Parsed, From, Output, Quiet, Cancellation);

/// <summary>What a command runs with.</summary>
internal abstract record CommandContext(ParseResult Parsed, string From, Output Output, bool Quiet, CancellationToken Cancellation)
{
    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    public T Get<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    /// <summary>Tells on stderr what was done; programs that asked for JSON get the value.</summary>
    public int Said<T>(T value, string sentence)
    {
        if (Output.Format is not OutputFormat.Table) Output.One(value);
        else if (!Quiet) Console.Error.WriteLine(sentence);
        return ExitCode.Success;
    }

    public int Fail(Error error)
    {
        Console.Error.WriteLine($"weigh {NameOf(Parsed.CommandResult)}: {error.Message}");
        return error.Code switch
        {
            ErrorCode.InvalidArgument => ExitCode.Usage,
            ErrorCode.Unavailable => ExitCode.Unreachable,
            ErrorCode.PermissionDenied or ErrorCode.Unauthenticated => ExitCode.Denied,
            _ => ExitCode.Failure,
        };
    }

    /// <summary>As it was typed: "remote add", not "add".</summary>
    private static string NameOf(CommandResult result) =>
        result.Parent is CommandResult { Command: not RootCommand } above
            ? $"{NameOf(above)} {result.Command.Name}"
            : result.Command.Name;
}

/// <summary>What a command of a workspace runs with.</summary>
internal sealed record WorkspaceContext(CommandContext Context, IWorkspace Workspace) : CommandContext(Context)
{
    public string[] Paths(Argument<string[]> argument) => Get(argument) ?? [];
}

using System.CommandLine;
using Weighhouse.Client;
using Weighhouse.Kernel;

namespace Weighhouse.Commands.Shared;

/// <summary>What every command that talks to a server shares: where it is, who asks, how the answer is printed, how failures end.</summary>
internal static class RemoteCommand
{
    public const string DefaultUrl = "http://127.0.0.1:5000";

    private static readonly Option<string?> Url = new("--url")
    {
        Description = $"The server's address [default: {DefaultUrl}] (WEIGH_URL)", HelpName = "URL", Recursive = true,
    };

    private static readonly Option<string?> Token = new("--token")
    {
        Description =
            "A token to sign in with; else the one 'weigh login' kept for the address (WEIGH_TOKEN)", HelpName = "wh_…", Recursive = true,
    };

    private static readonly Option<OutputFormat> Format = new("--output", "-o")
    {
        Description = "How to print: for people, as one JSON document, or one JSON object a line (WEIGH_OUTPUT)",
        Recursive = true,
        DefaultValueFactory = _ => Enum.TryParse<OutputFormat>(Environment.GetEnvironmentVariable("WEIGH_OUTPUT"), true, out var format)
            ? format
            : OutputFormat.Table,
    };

    /// <summary>Adds the shared options to a noun; its verbs inherit them.</summary>
    public static Command WithServer(this Command command)
    {
        command.Add(Url);
        command.Add(Token);
        command.Add(Format);
        return command;
    }

    /// <summary>Makes <paramref name="run"/> the command's action.</summary>
    public static Command Does(this Command command, Func<RemoteContext, Task<int>> run)
    {
        command.SetAction((parsed, cancellation) => RunAsync(parsed, run, cancellation));
        return command;
    }

    /// <summary>As <see cref="Does(Command, Func{RemoteContext, Task{int}})"/>, for commands that succeed unless they fail.</summary>
    public static Command Does(this Command command, Func<RemoteContext, Task> run) => command.Does(async context =>
    {
        await run(context);
        return ExitCode.Success;
    });

    public static string UrlOf(ParseResult parsed) =>
        (parsed.GetValue(Url) ?? Environment.GetEnvironmentVariable("WEIGH_URL") ?? DefaultUrl).TrimEnd('/');

    private static async Task<int> RunAsync(ParseResult parsed, Func<RemoteContext, Task<int>> run, CancellationToken cancellation)
    {
        var url = UrlOf(parsed);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
        {
            Console.Error.WriteLine($"weigh: '{url}' is not a server's address; it looks like {DefaultUrl}.");
            return ExitCode.Usage;
        }

        var token = parsed.GetValue(Token) ?? Environment.GetEnvironmentVariable("WEIGH_TOKEN") ?? CredentialFile.Find(server);
        using var client = new WeighClient(server, token);
        try
        {
            return await run(new RemoteContext(parsed, client, server,
                new Output(parsed.InvocationConfiguration.Output, parsed.GetValue(Format)), cancellation));
        }
        catch (WeighException exception)
        {
            Console.Error.WriteLine("weigh: " + exception.Message);
            if (exception is { Code: ErrorCode.Internal, RequestId: not null })
                Console.Error.WriteLine($"  request id {exception.RequestId}: the server's log tells more");
            if (exception.Code is ErrorCode.Unauthenticated) Console.Error.WriteLine("  hint: weigh login, or set WEIGH_TOKEN");
            return CodeOf(exception.Code);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    private static int CodeOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument => ExitCode.Usage,
        ErrorCode.Unavailable => ExitCode.Unreachable,
        ErrorCode.Unauthenticated or ErrorCode.PermissionDenied => ExitCode.Denied,
        _ => ExitCode.Failure,
    };
}

/// <summary>What a remote command runs with.</summary>
internal sealed record RemoteContext(ParseResult Parsed, WeighClient Client, Uri Server, Output Output, CancellationToken Cancellation)
{
    public T Get<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    public T Get<T>(Option<T> option) => Parsed.GetValue(option)!;
}

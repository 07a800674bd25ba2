using System.CommandLine;
using System.Globalization;
using Weighhouse.Client;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;

namespace Weighhouse.Commands.Trust;

/// <summary>What the commands about signatures share.</summary>
internal static class TrustCommand
{
    /// <summary>Makes <paramref name="run"/> the command's action: its exit code, or why it could not be done.</summary>
    public static Command Runs(this Command command, Func<ParseResult, CancellationToken, Result<int>> run)
    {
        command.SetAction((parsed, cancellation) => Task.FromResult(Code(command, run, parsed, cancellation)));
        return command;
    }

    public static Option<OutputFormat> Format() => new("--output", "-o") { Description = "table, json or ndjson" };

    public static Output Output(ParseResult parsed, Option<OutputFormat> format) =>
        new(parsed.InvocationConfiguration.Output, parsed.GetValue(format));

    /// <summary>An instant as people write it: a date, or a date with a time; UTC unless it says otherwise.</summary>
    public static Result<long?> Instant(string? text)
    {
        if (text is null) return (long?)null;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var instant)
            ? instant.ToUnixTimeMilliseconds()
            : Error.Invalid($"'{text}' is no time; write 2026-05-03 or 2026-05-03T14:03Z.");
    }

    /// <summary>A name of a file stays on its line, and cannot fake a terminal.</summary>
    public static string Shown(string text) => string.Concat(text.Select(static letter => char.IsControl(letter) ? '?' : letter));

    private static int Code(
        Command command, Func<ParseResult, CancellationToken, Result<int>> run, ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            return run(parsed, cancellation).TryGet(out var code, out var error) ? code : Say(error.Code, error.Message);
        }
        catch (WeighException exception)
        {
            return Say(exception.Code, exception.Message);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }

        int Say(ErrorCode code, string message)
        {
            Console.Error.WriteLine($"weigh {NameOf(command)}: {message}");
            return code is ErrorCode.InvalidArgument ? ExitCode.Usage : ExitCode.Failure;
        }
    }

    private static string NameOf(Command command) =>
        command.Parents.FirstOrDefault() is Command parent and not RootCommand ? $"{parent.Name} {command.Name}" : command.Name;
}

using System.CommandLine;
using System.Globalization;
using Weighhouse.Commands.Shared;
using Weighhouse.Trust.Scanning;

namespace Weighhouse.Commands.Trust;

/// <summary><c>weigh scan</c>: would loading these files run anything?</summary>
internal static class ScanCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A file, or a folder with all that is below it" };
        var allow = new Option<string[]>("--allow")
        {
            Description = "A class that pickles may name besides those that are known: package.module.Class. You vouch for it",
            HelpName = "NAME",
        };
        var format = new Option<OutputFormat>("--output", "-o") { Description = "table, json or ndjson" };
        var command = new Command(
            "scan", "Look into the files of a model for what would run when they are loaded. Nothing of them is run") { path, allow,
                format };
        command.SetAction((parsed, cancellation) =>
        {
            var options = ScanOptions.Default with { AllowedGlobals = parsed.GetValue(allow) ?? [] };
            if (!ModelScanner.ScanPath(parsed.GetValue(path)!, options, cancellation).TryGet(out var report, out var error))
            {
                Console.Error.WriteLine("weigh scan: " + error.Message);
                return Task.FromResult(error.Code is Kernel.ErrorCode.InvalidArgument ? ExitCode.Usage : ExitCode.Failure);
            }

            Print(report, new Output(parsed.InvocationConfiguration.Output, parsed.GetValue(format)));
            return Task.FromResult(report.Verdict is ScanVerdict.Safe ? ExitCode.Success : ExitCode.Failure);
        });
        return command.WithExamples(
            ("weigh scan model.pkl", "before you load what somebody sent; exit code 1 unless all of it is safe"),
            ("weigh scan models/churn -o ndjson | jq .verdict", "one object a file, for a script"));
    }

    private static void Print(ScanReport report, Output output)
    {
        if (output.Format is OutputFormat.Json) output.One(View.Of(report));
        else if (output.Format is OutputFormat.Ndjson) output.List([.. report.Files.Select(View.Of)], [], "");
        else
        {
            foreach (var file in report.Files)
            {
                output.Writer.WriteLine($"{View.Word(file.Verdict),-8}{TrustCommand.Shown(file.Path)}  ({file.Format})");
                foreach (var finding in file.Findings) Print(finding, file.Path, output.Writer);
            }

            if (report.FindingsLeftOut > 0) output.Writer.WriteLine($"and {report.FindingsLeftOut} findings more");
        }

        Console.Error.WriteLine(report.Verdict switch
        {
            ScanVerdict.Safe => "Safe: loading runs nothing that is not known.",
            ScanVerdict.Unknown => "Unknown: not all of it could be judged.",
            _ => "Unsafe: loading may run what nobody vouched for.",
        });
    }

    private static void Print(ScanFinding finding, string file, TextWriter writer)
    {
        var at = finding.Offset is { } offset ? " at " + offset.ToString(CultureInfo.InvariantCulture) : "";
        var member = finding.Path.Length > file.Length ? finding.Path[file.Length..] : "";
        var opcode = finding.Opcode is { } code ? $" ({code})" : "";
        writer.WriteLine($"  {View.Word(finding.Verdict)}{TrustCommand.Shown(member)}{at}{opcode}: {finding.Why}");
        writer.WriteLine($"    hint: {finding.Cure}");
    }

    /// <summary>What programs get: the words of the verdicts instead of their numbers.</summary>
    private static class View
    {
        public static string Word(ScanVerdict verdict) => verdict switch
        {
            ScanVerdict.Safe => "safe",
            ScanVerdict.Unknown => "unknown",
            _ => "unsafe",
        };

        public static object Of(ScanReport report) => new
        {
            Verdict = Word(report.Verdict), report.Rules, report.FindingsLeftOut, Files = report.Files.Select(Of).ToList(),
        };

        public static object Of(FileScan file) => new
        {
            file.Path, file.LengthBytes, file.Format, Verdict = Word(file.Verdict), Findings = file.Findings.Select(Of).ToList(),
        };

        private static object Of(ScanFinding finding) => new
        {
            finding.Path, Verdict = Word(finding.Verdict), finding.Code, finding.Offset, finding.Opcode, finding.Global, finding.Why,
                finding.Cure,
        };
    }
}

using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Weighhouse.Commands.Shared;
using Weighhouse.Evaluation;

namespace Weighhouse.Commands.Evaluating;

/// <summary><c>weigh evaluate</c>: how good are these predictions?</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var options = new EvaluateOptions();
        var command = new Command(
            "evaluate", "Judge predictions in a file: figures with intervals, calibration, bad slices, fairness. Nothing is sent anywhere");
        foreach (var option in options.All) command.Add(option);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(options, parsed, cancellation)));
        return command.WithExamples(
            ("weigh evaluate --predictions test.csv --target churned --score probability", "scores of two classes"),
            ("weigh evaluate --predictions test.csv --target price --prediction predicted --slice region", "numbers, told apart by region"),
            ("weigh evaluate --predictions test.csv --target churned --score probability --group sex -o json | jq .groups",
                "whether groups are treated alike, for a script"));
    }

    private static int Run(EvaluateOptions options, ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetValue(options.Predictions)!;
        FileStream file;
        string hash;
        try
        {
            file = File.OpenRead(path);
            if (!file.CanSeek) throw new IOException("it is read twice, and cannot be: write it to a file first.");
            hash = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(file));
            file.Position = 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"weigh evaluate: '{path}' cannot be read: {failure.Message}");
            return ExitCode.Failure;
        }

        var judged = PredictionFiles.Judge(
            file, path, hash, options.Columns(parsed), options.Settings(parsed), new EvaluationOptions(), cancellation);
        if (!judged.TryGet(out var report, out var error))
        {
            Console.Error.WriteLine("weigh evaluate: " + error.Message);
            return error.Code is Kernel.ErrorCode.InvalidArgument ? ExitCode.Usage : ExitCode.Failure;
        }

        var writer = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(options.Format) is OutputFormat.Table) ReportText.Print(report, writer);
        else writer.WriteLine(System.Text.Encoding.UTF8.GetString(PredictionFiles.ToJson(report)));
        foreach (var note in report.Notes) Console.Error.WriteLine("note: " + note);
        if (report.LeftOut > 0)
            Console.Error.WriteLine($"{report.LeftOut.ToString(CultureInfo.InvariantCulture)} rows have no truth and were left out.");
        return ExitCode.Success;
    }
}

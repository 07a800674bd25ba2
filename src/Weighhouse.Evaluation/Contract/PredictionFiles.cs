using Weighhouse.Evaluation.Judging;
using Weighhouse.Evaluation.Reading;
using Weighhouse.Kernel;

namespace Weighhouse.Evaluation;

/// <summary>Judges predictions in a file, without a server.</summary>
public static class PredictionFiles
{
    /// <summary>
    /// Reads the rows and judges them. What is wrong with the file is an error that says where: its line and its column.
    /// </summary>
    /// <param name="content">Seekable; disposed.</param>
    /// <param name="fileName">Says by its ending what the content is: .csv, .tsv, .jsonl, .npy or .npz.</param>
    /// <param name="contentName">What the report calls the content, such as its hash.</param>
    public static Result<EvaluationReport> Judge(
        Stream content, string fileName, string contentName, EvaluationColumns columns, EvaluationSettings settings,
            EvaluationOptions options,
        CancellationToken cancellation)
    {
        if (!RowReader.Open(content, fileName, new ReadingLimits(options.ValuesMax)).TryGet(out var reader, out var error)) return error;
        using (reader)
        {
            if (!RowTable.Read(reader, columns, options, cancellation).TryGet(out var table, out error)) return error;
            if (!new RowInterpreter(table, settings, options).Interpret().TryGet(out var rows, out error)) return error;
            var inputs = new EvaluationInputs(
                null, null, null, null, null, Path.GetFileName(fileName), contentName, columns, settings.Threshold, settings.Seed,
                new Dictionary<string, string>());
            return Judging.Judge.Report(rows, inputs, options);
        }
    }

    /// <summary>The report in the form in which it is kept: the same report is the same bytes.</summary>
    public static byte[] ToJson(EvaluationReport report) =>
        System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(report, EvaluationJson.Default.EvaluationReport);
}

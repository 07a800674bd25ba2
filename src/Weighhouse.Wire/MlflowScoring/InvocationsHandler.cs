using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Inference;
using Weighhouse.Wire.TensorFlowServing;

namespace Weighhouse.Wire.MlflowScoring;

/// <summary>
/// Predictions of frames, lists and columns. Each form is written as the one document that <see cref="PredictDocument"/> reads.
/// </summary>
internal static class InvocationsHandler
{
    private const string Forms = "'dataframe_split', 'dataframe_records', 'instances' or 'inputs'";

    public static async Task InvokeAsync(HttpContext http, ScoringBackend backend, ServingTarget target)
    {
        if (!TryMediaType(http, out var isCsv))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            http.Response.ContentType = "text/plain";
            await http.Response.WriteAsync(
                $"'{http.Request.ContentType}' is not taken; send application/json or text/csv in UTF-8.", http.RequestAborted);
            return;
        }

        await AnswerAsync(http, backend, target, isCsv ? ReadCsv : ReadForm, "predictions", int.MaxValue);
    }

    /// <summary><c>{"X": [[…]]}</c> in, <c>{"y_pred": […]}</c> out: the model's first output.</summary>
    public static Task PredictAsync(HttpContext http, ScoringBackend backend, ServingTarget target) =>
        AnswerAsync(http, backend, target, ReadPlain, "y_pred", outputsMax: 1);

    private static bool TryMediaType(HttpContext http, out bool isCsv)
    {
        isCsv = false;
        if (string.IsNullOrEmpty(http.Request.ContentType)) return true;
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)) return false;
        isCsv = type.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase);
        var isJson = type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
        return (isCsv || isJson) && type.Parameters.All(static parameter =>
            parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(parameter.Value).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task AnswerAsync(
        HttpContext http, ScoringBackend backend, ServingTarget target, ReadBody read, string key, int outputsMax)
    {
        if (!(await InferenceBody.ReadAsync(http, backend.Options.BodyBytesMax)).TryGet(out var body, out var error))
        {
            await ScoringErrors.WriteAsync(http, error);
            return;
        }

        using var owned = body;
        if (!(await backend.Predictor.BeginAsync(http.Caller(), target, http.RequestAborted)).TryGet(out var request, out error))
        {
            await ScoringErrors.WriteAsync(http, error);
            return;
        }

        using (request)
        {
            if (Read(request, body.Memory.Span, read) is { } wrong)
            {
                await ScoringErrors.WriteAsync(http, wrong);
                return;
            }

            if (!(await backend.Predictor.PredictAsync(request, http.RequestAborted)).TryGet(out var reply, out error))
            {
                await ScoringErrors.WriteAsync(http, error);
                return;
            }

            using (reply)
            using (var json = new ReplyBuffer())
            {
                if (PredictHandler.WriteRows(json, key, reply, outputsMax) is { } unfit)
                {
                    await ScoringErrors.WriteAsync(http, unfit);
                    return;
                }

                http.Response.Headers[InferenceReplies.PredictionIdHeader] = reply.Id.ToString();
                await InferenceReplies.WriteAsync(http, StatusCodes.Status200OK, json);
            }
        }
    }

    private static Error? Read(InferenceRequest request, ReadOnlySpan<byte> body, ReadBody read)
    {
        // Texts of an input lie in the document: it goes with the request.
        var rows = new ReplyBuffer();
        request.Own(rows);
        if (read(request.Shape, body, rows) is { } wrong) return wrong;
        return new PredictDocument(request).Read(rows.Memory.Span) is { } refused
            ? refused with { Message = refused.Message.Replace("'instances' list", "the rows", StringComparison.Ordinal) }
            : null;
    }

    private static Error? ReadForm(ModelShape shape, ReadOnlySpan<byte> body, ReplyBuffer rows)
    {
        if (FindForms(body, out var split, out var records, out var tensors) is { } wrong) return wrong;
        var given = (split is null ? 0 : 1) + (records is null ? 0 : 1) + tensors.Count;
        if (given != 1) return Error.Invalid($"The body has {given} of {Forms}; send exactly one of them.");
        if (split is { } table) return new Frame(shape, rows).ReadSplit(body[table]);
        if (records is { } list) return new Frame(shape, rows).ReadRecords(body[list]);
        var (name, range) = tensors[0];
        rows.Raw("{"u8).Text(name).Raw(":"u8).Raw(body[range]).Raw("}"u8);
        return null;
    }

    private static Error? FindForms(
        ReadOnlySpan<byte> body, out Range? split, out Range? records, out List<(string Name, Range Value)> tensors)
    {
        (split, records, tensors) = (null, null, []);
        var json = new JsonCursor(body);
        if (json.Peek() is not JsonKind.Object) return Error.Invalid($"The body is a JSON object with {Forms}.");
        json.BeginObject();
        for (var isFirst = true; json.NextName(ref isFirst, out var name);)
        {
            var isInstances = name.SequenceEqual("instances"u8);
            var isTensor = isInstances || name.SequenceEqual("inputs"u8);
            var (isSplit, isRecords) = (name.SequenceEqual("dataframe_split"u8), name.SequenceEqual("dataframe_records"u8));
            if (!json.Skip(out var range)) break;
            if (isTensor) tensors.Add((isInstances ? "instances" : "inputs", range));
            if (isSplit) split = range;
            if (isRecords) records = range;
        }

        return json.Problem is { } problem ? Error.Invalid($"The body is no JSON: {problem} at byte {json.At}.") : null;
    }

    private static Error? ReadCsv(ModelShape shape, ReadOnlySpan<byte> body, ReplyBuffer rows)
    {
        using var split = new ReplyBuffer();
        return CsvText.Read(body, split) ?? new Frame(shape, rows).ReadSplit(split.Memory.Span);
    }

    private static Error? ReadPlain(ModelShape shape, ReadOnlySpan<byte> body, ReplyBuffer rows)
    {
        var json = new JsonCursor(body);
        if (json.Peek() is not JsonKind.Object) return Error.Invalid("The body is a JSON object: {\"X\": [[…], …]}.");
        Range? values = null;
        json.BeginObject();
        for (var isFirst = true; json.NextName(ref isFirst, out var name);)
        {
            var isValues = name.SequenceEqual("X"u8);
            if (!json.Skip(out var range)) break;
            if (isValues) values = range;
        }

        if (json.Problem is { } problem) return Error.Invalid($"The body is no JSON: {problem} at byte {json.At}.");
        if (values is not { } rowsGiven) return Error.Invalid("The body has no 'X': send {\"X\": [[…], …]}, a list for each row.");
        rows.Raw("{\"instances\":"u8).Raw(body[rowsGiven]).Raw("}"u8);
        return null;
    }

    private delegate Error? ReadBody(ModelShape shape, ReadOnlySpan<byte> body, ReplyBuffer rows);
}

using System.Buffers.Text;
using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Metrics.Endpoints;

/// <summary>
/// Reads the body of a native batch: <c>{"metrics":[{"key","value","step","timeMs"}],"params":{},"tags":{}}</c>. By hand, since a
/// thousand points name ten keys: a key that was seen is recognised by its bytes and not made again.
/// </summary>
internal static class BatchBody
{
    private const int NumberLengthMax = 64;

    /// <param name="nowMs">The time of points that carry none.</param>
    public static Result<RunBatch> Read(ReadOnlySpan<byte> json, long nowMs)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            return ReadBatch(ref reader, nowMs);
        }
        catch (JsonException exception)
        {
            return Http.JsonBody.Wrong(exception);
        }
        catch (InvalidOperationException)
        {
            // A string that is not Unicode: "\uD800" and the like.
            return Error.Invalid($"The body has a string that is not Unicode before byte {reader.BytesConsumed}.");
        }
    }

    private static Result<RunBatch> ReadBatch(ref Utf8JsonReader reader, long nowMs)
    {
        var metrics = new List<MetricSample>();
        var parameters = new List<Param>();
        var tags = new List<Tag>();
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject) return Error.Invalid("The body is not a JSON object.");
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            Error? error = null;
            if (reader.ValueTextEquals("metrics"u8))
                error = ReadMetrics(ref reader, nowMs, metrics);
            else if (reader.ValueTextEquals("params"u8))
                error = ReadTexts(ref reader, "params", (key, text) => parameters.Add(new(key, text)));
            else if (reader.ValueTextEquals("tags"u8))
                error = ReadTexts(ref reader, "tags", (key, text) => tags.Add(new(key, text)));
            else
                reader.Skip();
            if (error is not null) return error;
        }

        if (reader.Read()) return Error.Invalid("There is something after the JSON object.");
        return new RunBatch(metrics, parameters, tags);
    }

    private static Error? ReadMetrics(ref Utf8JsonReader reader, long nowMs, List<MetricSample> metrics)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.Null) return null;
        if (reader.TokenType is not JsonTokenType.StartArray) return Error.Invalid("metrics is not an array.", "metrics");
        var keys = new KeyTexts();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (reader.TokenType is not JsonTokenType.StartObject)
                return Error.Invalid($"metrics[{metrics.Count}] is not an object.", $"metrics[{metrics.Count}]");
            if (ReadMetric(ref reader, nowMs, keys, metrics) is { } error) return error;
        }

        return null;
    }

    private static Error? ReadMetric(ref Utf8JsonReader reader, long nowMs, KeyTexts keys, List<MetricSample> metrics)
    {
        string? key = null, wrong = null;
        double? value = null;
        var (step, timeMs) = (0L, nowMs);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("key"u8)) wrong = keys.TryRead(ref reader, out key) ? wrong : "key";
            else if (reader.ValueTextEquals("value"u8)) wrong = TryDouble(ref reader, out value) ? wrong : "value";
            else if (reader.ValueTextEquals("step"u8)) wrong = TryLong(ref reader, out step) ? wrong : "step";
            else if (reader.ValueTextEquals("timeMs"u8)) wrong = TryLong(ref reader, out timeMs) ? wrong : "timeMs";
            else reader.Skip();
            if (wrong is null) continue;
            var path = $"metrics[{metrics.Count}].{wrong}";
            return Error.Invalid(wrong switch
            {
                "key" => $"{path} is not a string.",
                "value" => $"{path} is not a number, nor \"NaN\", \"Infinity\" or \"-Infinity\".",
                _ => $"{path} is not a whole number of 64 bits.",
            }, path);
        }

        if (key is null) return Error.Invalid($"metrics[{metrics.Count}] has no key.", $"metrics[{metrics.Count}].key");
        if (value is null) return Error.Invalid($"metrics[{metrics.Count}] has no value.", $"metrics[{metrics.Count}].value");
        metrics.Add(new MetricSample(key, new MetricPoint(value.Value, timeMs, step)));
        return null;
    }

    private static Error? ReadTexts(ref Utf8JsonReader reader, string name, Action<string, string> add)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.Null) return null;
        if (reader.TokenType is not JsonTokenType.StartObject) return Error.Invalid($"{name} is not an object.", name);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType is not JsonTokenType.String) return Error.Invalid($"{name}['{key}'] is not a string.", name);
            add(key, reader.GetString()!);
        }

        return null;
    }

    private static bool TryDouble(ref Utf8JsonReader reader, out double? value)
    {
        reader.Read();
        value = null;
        if (reader.TokenType is JsonTokenType.Number)
        {
            // A number too great for a double must not quietly become infinite.
            if (!reader.TryGetDouble(out var number) || double.IsInfinity(number)) return false;
            value = number;
            return true;
        }

        if (reader.TokenType is not JsonTokenType.String) return false;
        if (reader.ValueTextEquals("NaN"u8)) value = double.NaN;
        else if (reader.ValueTextEquals("Infinity"u8)) value = double.PositiveInfinity;
        else if (reader.ValueTextEquals("-Infinity"u8)) value = double.NegativeInfinity;
        return value is not null;
    }

    private static bool TryLong(ref Utf8JsonReader reader, out long value)
    {
        reader.Read();
        value = 0;
        if (reader.TokenType is JsonTokenType.Number) return reader.TryGetInt64(out value);
        return reader.TokenType is JsonTokenType.String && reader.ValueSpan.Length < NumberLengthMax
            && Utf8Parser.TryParse(reader.ValueSpan, out value, out var read) && read == reader.ValueSpan.Length;
    }

    /// <summary>The keys met so far, so that each is one string.</summary>
    private sealed class KeyTexts
    {
        /// <summary>Beyond so many, comparing costs more than making a string.</summary>
        private const int CountMax = 64;

        private readonly List<string> _texts = [];
        private int _next;

        public bool TryRead(ref Utf8JsonReader reader, out string? key)
        {
            reader.Read();
            key = null;
            if (reader.TokenType is not JsonTokenType.String) return false;
            // Loops log their keys in one order: the one after the last is the likely one.
            for (var i = 0; i < _texts.Count; i++)
            {
                var place = (_next + i) % _texts.Count;
                if (!reader.ValueTextEquals(_texts[place])) continue;
                _next = place + 1;
                key = _texts[place];
                return true;
            }

            key = reader.GetString()!;
            if (_texts.Count < CountMax) _texts.Add(key);
            _next = 0;
            return true;
        }
    }
}

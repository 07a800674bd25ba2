using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Weighhouse.Http.Egress;
using Weighhouse.Kernel;
using Weighhouse.Notices.Hooks;
using Weighhouse.Notices.Secrets;

namespace Weighhouse.Notices.Deliveries;

/// <param name="IsFinal">Whether the next attempt would end as this one did.</param>
internal sealed record SentDelivery(DeliveryAttempt Attempt, bool IsFinal);

/// <summary>Tells one receiver one thing, once.</summary>
internal sealed class Sender(IEgress egress, SecretBox secrets, NoticesOptions options, TimeProvider time, ILogger<Sender> log)
{
    private const int AnswerLettersMax = 1_024;

    /// <summary>What became of it; a failure is an attempt like any other.</summary>
    public async Task<SentDelivery> SendAsync(StoredHook hook, DueDelivery delivery, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        var number = delivery.Attempts + 1;
        var body = Shapes.Of(hook.Hook.Shape, delivery.EventJson);
        if (!Headers(hook, delivery, body).TryGet(out var headers, out var error)) return Failed(error.Message);
        var call = new EgressCall(HttpMethod.Post, hook.Hook.Url, headers, body, "application/json", options.AnswerBytesKept);
        // What the gateway itself refuses, it refuses again; what cannot be reached may be there in a minute.
        if (!(await egress.CallAsync(call, cancellation)).TryGet(out var answer, out error))
            return Failed(error.Message, isFinal: error.Code is ErrorCode.InvalidArgument);
        var isGood = answer.Status is >= 200 and < 300;
        var attempt = new DeliveryAttempt(
            number, 0, ElapsedMs(), answer.Status, isGood ? null : $"The receiver answered {answer.Status}.", Text(answer.Body));
        return new SentDelivery(attempt, IsFinal(answer.Status));

        SentDelivery Failed(string why, bool isFinal = false) => new(new DeliveryAttempt(number, 0, ElapsedMs(), null, why, null), isFinal);

        long ElapsedMs() => (long)time.GetElapsedTime(begun).TotalMilliseconds;
    }

    /// <summary>Not understood, gone, too large: the same body meets the same answer.</summary>
    private static bool IsFinal(int status) => status is 400 or 410 or 413;

    private Result<List<(string, string)>> Headers(StoredHook hook, DueDelivery delivery, byte[] body)
    {
        var headers = new List<(string, string)>
        {
            ("User-Agent", "Weighhouse-Hooks"),
            ("Weighhouse-Event", delivery.Type),
            ("Weighhouse-Delivery", delivery.Id),
            ("Weighhouse-Attempt", (delivery.Attempts + 1).ToString(CultureInfo.InvariantCulture)),
        };
        if (hook.Secret is null) return headers;
        if (secrets.Open(hook.Secret, hook.Hook.Id) is not { } secret)
        {
            NoticesLog.SecretLost(log, hook.Hook.Id);
            return Error.Precondition("The hook's secret cannot be opened; set it again.");
        }

        headers.Add(("Weighhouse-Signature", Signature.Of(secret, time.GetUtcNow().ToUnixTimeSeconds(), body)));
        return headers;
    }

    /// <summary>As much as can be read as text, and nothing that a database would refuse.</summary>
    private static string Text(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body).Replace('\0', '\uFFFD');
        return PlainText.Cut(text, AnswerLettersMax);
    }
}

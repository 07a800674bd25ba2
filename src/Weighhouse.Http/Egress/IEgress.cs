using Weighhouse.Kernel;

namespace Weighhouse.Http.Egress;

/// <summary>
/// The one way to call an address that somebody gave: webhooks, alerts, identity providers. What such an address reaches from inside of the
/// server's network is nobody's business, so only the public internet and what the operator allows is called.
/// </summary>
public interface IEgress
{
    /// <summary>Whether an address may be called as far as it can be told without looking it up; for whoever keeps it.</summary>
    Result<Uri> Check(string url);

    /// <summary>
    /// Calls it. Whatever answers is an answer, redirects included: nothing is followed. A failure says nothing of what was found there.
    /// </summary>
    Task<Result<EgressAnswer>> CallAsync(EgressCall call, CancellationToken cancellation);
}

/// <param name="Headers">Besides those that HTTP itself needs.</param>
/// <param name="AnswerBytesMax">How much of the answer to read.</param>
public sealed record EgressCall(
    HttpMethod Method, string Url, IReadOnlyList<(string Name, string Value)> Headers, ReadOnlyMemory<byte> Body, string? ContentType,
    int AnswerBytesMax);

/// <param name="Status">As HTTP has it, 100 to 999.</param>
/// <param name="Body">The first bytes of it. They are for those who manage the address, and for nobody else.</param>
/// <param name="IsCut">Whether there was more.</param>
public sealed record EgressAnswer(int Status, byte[] Body, bool IsCut, TimeSpan Duration);

using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Http;

/// <summary>
/// How an endpoint's protocol words a refusal made before its handler runs: not signed in, not allowed, too many requests. Endpoint
/// metadata; an endpoint without one answers an RFC 9457 problem.
/// </summary>
public sealed record RefusalShape(Func<HttpContext, Error, Task> Write);

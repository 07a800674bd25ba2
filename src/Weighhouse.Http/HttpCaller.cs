using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Http;

public static class HttpCaller
{
    /// <summary>Who is asking. Nobody in particular when authentication settled nobody: deny is the default.</summary>
    public static Principal Caller(this HttpContext context) => context.Features.Get<Principal>() ?? Principal.Anonymous;
}

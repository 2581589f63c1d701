using System.Diagnostics.CodeAnalysis;
using Platform.Api.Http;

namespace Platform.Api.Security;

/// <summary>Ends a request with an error by throwing ProblemException.</summary>
public static class Refuse
{
    public static void With(Error? refusal)
    {
        if (refusal is not null)
        {
            Now(refusal);
        }
    }

    [DoesNotReturn]
    public static void Now(Error refusal) => throw new ProblemException(Problems.From(refusal));
}

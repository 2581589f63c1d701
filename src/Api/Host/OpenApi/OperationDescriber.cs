using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Platform.Api.Http;
using Platform.Api.Security;
using Platform.Api.Security.RateLimits;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Platform.Api.Host.OpenApi;

/// <summary>Describes the body, parameters, headers, errors and examples of a route from its metadata.</summary>
public sealed class OperationDescriber(IOptions<StepUpOptions> stepUpOptions) : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var body = metadata.OfType<AcceptsBody>().LastOrDefault()?.Type;
        var refusals = new SortedSet<int>(metadata.OfType<Refusals>().SelectMany(refusal => refusal.Statuses)) { 503 };
        operation.RequestBody = null;
        if (body is not null)
        {
            refusals.UnionWith([400, 413, 415]);
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = Content(body, "application/json", context),
            };
        }

        if (metadata.OfType<AcceptsText>().LastOrDefault() is { } text)
        {
            refusals.UnionWith([413, 415]);
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Description = text.Description,
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [text.MediaType] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                        Example = text.Example,
                    },
                },
            };
        }

        if (metadata.OfType<MovesMoneyMark>().LastOrDefault() is { } money)
        {
            refusals.UnionWith(money.RowByRow ? [422] : [409, 422]);
        }

        DescribeParameters(operation, context, metadata, refusals);
        if (RateLimiting.IsLimited($"/{context.ApiDescription.RelativePath}"))
        {
            refusals.Add(429);
        }

        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            refusals.UnionWith([401, 403]);
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", context.Document)] = [] }];
            operation.Extensions = Access(metadata);
        }

        operation.Responses = Responses(context, metadata, refusals);
        operation.OperationId = IdOf(context.MethodInfo);
    }

    /// <summary>Class and handler, such as <c>walletCharge</c>. Generated clients use it as the method name.</summary>
    private static string IdOf(MethodInfo handler)
    {
        var of = handler.DeclaringType!.Name.Replace("Endpoints", "", StringComparison.Ordinal)
            .Replace("Endpoint", "", StringComparison.Ordinal);
        var name = handler.Name.EndsWith("Async", StringComparison.Ordinal) ? handler.Name[..^"Async".Length] : handler.Name;
        return $"{JsonNamingPolicy.CamelCase.ConvertName(of)}{name}";
    }

    /// <summary>Who may call the route, from the same metadata that the access gate uses.</summary>
    private Dictionary<string, IOpenApiExtension> Access(IList<object> metadata)
    {
        var access = new Dictionary<string, IOpenApiExtension>();
        if (metadata.OfType<PermissionNeed>().LastOrDefault() is { } need)
        {
            access["x-permission"] = Of(need.Permission);
            access["x-narrows"] = Of(need.Narrows); // True: the permission may be limited, and so is the answer.
        }

        var usersOnly = metadata.OfType<UsersOnlyMark>().Any();
        if (usersOnly || metadata.OfType<SignedInMark>().Any())
        {
            access["x-users-only"] = Of(usersOnly);
        }

        if (metadata.OfType<StepUpNeed>().LastOrDefault() is { } stepUp)
        {
            access["x-step-up"] = Of((int)stepUpOptions.Value.StepUpAge.TotalSeconds); // The maximum age of the sign-in.
            if (stepUp.Members.Count > 0)
            {
                // Only requests with one of these members need it.
                access["x-step-up-for"] = Of(new JsonArray([.. stepUp.Members.Select(member => (JsonNode)member)]));
            }
        }

        if (metadata.OfType<NoStepUpMark>().LastOrDefault() is { } without)
        {
            access["x-no-step-up"] = Of(without.Reason);
        }

        return access;

        static JsonNodeExtension Of(JsonNode value) => new(value);
    }

    private static void DescribeParameters(
        OpenApiOperation operation, OperationFilterContext context, IList<object> metadata, SortedSet<int> refusals)
    {
        var parameters = (operation.Parameters ?? []).Where(parameter => parameter.In == ParameterLocation.Path).ToList();
        foreach (var query in metadata.OfType<QueryParameter>())
        {
            refusals.Add(400);
            parameters.Add(Parameter(query.Name, ParameterLocation.Query, query.Description, query.Required));
        }

        switch (context.ApiDescription.HttpMethod)
        {
            case "POST":
                refusals.Add(400);
                parameters.Add(Parameter(
                    "Idempotency-Key", ParameterLocation.Header,
                    "A repeated request with the same key returns the answer of the first one.",
                    metadata.OfType<MovesMoneyMark>().Any()));
                break;
            case "PATCH":
                parameters.Add(Parameter(
                    "If-Match", ParameterLocation.Header, "The ETag of the version that the change is based on.", false));
                break;
        }

        operation.Parameters = [.. parameters];
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation place, string description, bool required) => new()
    {
        Name = name,
        In = place,
        Description = description,
        Required = required,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static IOpenApiHeader Header((string Name, string Description) header) => new OpenApiHeader
    {
        Description = header.Description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiResponses Responses(OperationFilterContext context, IList<object> metadata, SortedSet<int> refusals)
    {
        var responses = new OpenApiResponses();
        foreach (var answer in metadata.OfType<IProducesResponseTypeMetadata>())
        {
            var hasBody = answer.Type is not null && answer.Type != typeof(void);
            responses[answer.StatusCode.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(answer.StatusCode),
                Content = hasBody ? Content(answer.Type!, "application/json", context) : null,
            };
        }

        if (metadata.OfType<FileAnswer>().LastOrDefault() is { } file)
        {
            var content = responses.TryGetValue("200", out var json) ? json.Content! : new Dictionary<string, IOpenApiMediaType>();
            foreach (var mediaType in file.MediaTypes)
            {
                content[mediaType] =
                    new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };
            }

            responses["200"] = new OpenApiResponse { Description = "OK", Content = content };
        }

        foreach (var status in refusals)
        {
            var problem = Examples.ProblemOf(status);
            responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = problem.Title,
                Headers = status == 429 ? RateLimiting.Headers.ToDictionary(header => header.Name, Header) : null,
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    ["application/problem+json"] = new OpenApiMediaType
                    {
                        Schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemShape), context.SchemaRepository),
                        Example = JsonSerializer.SerializeToNode(problem, PlatformJson.Options),
                    },
                },
            };
        }

        return responses;
    }

    private static Dictionary<string, IOpenApiMediaType> Content(Type type, string mediaType, OperationFilterContext context) => new()
    {
        [mediaType] = new OpenApiMediaType
        {
            Schema = context.SchemaGenerator.GenerateSchema(type, context.SchemaRepository),
            Example = Examples.Of(type) is { } example ? JsonSerializer.SerializeToNode(example, type, PlatformJson.Options) : null,
        },
    };
}

/// <summary>A problem (RFC 9457) as the OpenAPI document shows it.</summary>
public sealed record ProblemShape(
    string Type, string Title, int Status, string Detail, string Code, string TraceId, IReadOnlyList<FieldError>? Errors);

/// <summary>Allows additional properties in answers, which may gain fields, but not in requests, which refuse unknown fields.</summary>
public sealed class OpenAnswers : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is OpenApiSchema answer && !typeof(IValidated).IsAssignableFrom(context.Type) &&
            context.Type != typeof(Money) && context.Type != typeof(Platform.Activities.UnitPrice))
        {
            answer.AdditionalPropertiesAllowed = true;
        }
    }
}

/// <summary>Sorts required fields by ordinal, so that the order does not depend on the machine's language.</summary>
public sealed class OrdinalRequired : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is OpenApiSchema { Required: { Count: > 1 } required } ordered)
        {
            ordered.Required = new SortedSet<string>(required, StringComparer.Ordinal);
        }
    }
}

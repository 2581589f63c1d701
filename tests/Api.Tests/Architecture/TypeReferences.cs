using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Platform.Api.Tests.Architecture;

/// <summary>
/// Finds which types of an assembly reference which others of it: in signatures, bases, attributes and method bodies. A nested type, such
/// as one generated for a lambda, counts as its outer type. Constants leave no reference, because the compiler copies their values.
/// </summary>
internal sealed class TypeReferences : IDisposable
{
    private static readonly Dictionary<short, OperandType> Operands = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value, code => code.OperandType);

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    private TypeReferences(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
    }

    /// <summary>Every pair of different types of which the first references the second, by full name.</summary>
    public static IReadOnlyList<TypeReference> Of(Assembly assembly)
    {
        using var file = new TypeReferences(assembly.Location);
        return [.. file._metadata.TypeDefinitions.SelectMany(file.Of).Distinct()];
    }

    public void Dispose() => _file.Dispose();

    private IEnumerable<TypeReference> Of(TypeDefinitionHandle handle)
    {
        var found = new Named(_metadata);
        Read(_metadata.GetTypeDefinition(handle), found);
        var from = NameOf(handle);
        return found.Types.Select(NameOf).Where(to => to != from).Select(to => new TypeReference(from, to));
    }

    private void Read(TypeDefinition type, Named found)
    {
        found.Add(type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
        {
            found.Add(_metadata.GetInterfaceImplementation(implemented).Interface);
        }

        foreach (var field in type.GetFields().Select(_metadata.GetFieldDefinition))
        {
            field.DecodeSignature(found, null);
            Read(field.GetCustomAttributes(), found);
        }

        foreach (var method in type.GetMethods().Select(_metadata.GetMethodDefinition))
        {
            method.DecodeSignature(found, null);
            Read(method.GetCustomAttributes(), found);
            Read(method.GetGenericParameters(), found);
            if (method.RelativeVirtualAddress != 0)
            {
                Read(_file.GetMethodBody(method.RelativeVirtualAddress), found);
            }
        }

        Read(type.GetCustomAttributes(), found);
        Read(type.GetGenericParameters(), found);
    }

    private void Read(GenericParameterHandleCollection parameters, Named found)
    {
        foreach (var constraint in parameters.SelectMany(parameter => _metadata.GetGenericParameter(parameter).GetConstraints()))
        {
            found.Add(_metadata.GetGenericParameterConstraint(constraint).Type);
        }
    }

    private void Read(CustomAttributeHandleCollection attributes, Named found)
    {
        foreach (var attribute in attributes)
        {
            found.Add(_metadata.GetCustomAttribute(attribute).Constructor);
        }
    }

    private void Read(MethodBodyBlock body, Named found)
    {
        found.Add(body.LocalSignature);
        foreach (var region in body.ExceptionRegions)
        {
            found.Add(region.CatchType);
        }

        var code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            short value = code.ReadByte();
            var operand = Operands[value == 0xFE ? unchecked((short)((0xFE << 8) | code.ReadByte())) : value];
            if (operand is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok
                or OperandType.InlineSig)
            {
                found.Add(MetadataTokens.EntityHandle(code.ReadInt32()));
            }
            else
            {
                code.Offset += SizeOf(operand, code);
            }
        }
    }

    private static int SizeOf(OperandType operand, BlobReader code) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * code.ReadInt32()),
        _ => 4,
    };

    private string NameOf(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        if (type.GetDeclaringType() is { IsNil: false } outer)
        {
            return NameOf(outer);
        }

        var (space, name) = (_metadata.GetString(type.Namespace), _metadata.GetString(type.Name).Split('`')[0]);
        return space.Length == 0 ? name : $"{space}.{name}";
    }

    /// <summary>Collects the types of this assembly while signatures are decoded.</summary>
    private sealed class Named(MetadataReader metadata) : ISignatureTypeProvider<bool, object?>
    {
        public HashSet<TypeDefinitionHandle> Types { get; } = [];

        public void Add(EntityHandle handle)
        {
            if (handle.IsNil)
            {
                return;
            }

            switch (handle.Kind)
            {
                case HandleKind.TypeDefinition:
                    Types.Add((TypeDefinitionHandle)handle);
                    break;
                case HandleKind.TypeSpecification:
                    metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
                    break;
                case HandleKind.MethodDefinition:
                    Types.Add(metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                    break;
                case HandleKind.FieldDefinition:
                    Types.Add(metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                    break;
                case HandleKind.MemberReference:
                    Add(metadata.GetMemberReference((MemberReferenceHandle)handle));
                    break;
                case HandleKind.MethodSpecification:
                    var generic = metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                    Add(generic.Method);
                    generic.DecodeSignature(this, null);
                    break;
                case HandleKind.StandaloneSignature:
                    var signature = metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle);
                    if (signature.GetKind() == StandaloneSignatureKind.LocalVariables)
                    {
                        signature.DecodeLocalSignature(this, null);
                    }

                    break;
            }
        }

        private void Add(MemberReference member)
        {
            Add(member.Parent);
            if (member.GetKind() == MemberReferenceKind.Method)
            {
                member.DecodeMethodSignature(this, null);
            }
            else
            {
                member.DecodeFieldSignature(this, null);
            }
        }

        public bool GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Types.Add(handle);

        public bool GetTypeFromSpecification(
            MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
        {
            Add(handle);
            return true;
        }

        // Composed types add nothing: their element types were already collected.
        public bool GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => false;

        public bool GetArrayType(bool elementType, ArrayShape shape) => false;

        public bool GetByReferenceType(bool elementType) => false;

        public bool GetFunctionPointerType(MethodSignature<bool> signature) => false;

        public bool GetGenericInstantiation(bool genericType, ImmutableArray<bool> typeArguments) => false;

        public bool GetGenericMethodParameter(object? genericContext, int index) => false;

        public bool GetGenericTypeParameter(object? genericContext, int index) => false;

        public bool GetModifiedType(bool modifier, bool unmodifiedType, bool isRequired) => false;

        public bool GetPinnedType(bool elementType) => false;

        public bool GetPointerType(bool elementType) => false;

        public bool GetPrimitiveType(PrimitiveTypeCode typeCode) => false;

        public bool GetSZArrayType(bool elementType) => false;
    }
}

/// <summary>A type that references another one.</summary>
internal sealed record TypeReference(string From, string To);

// The whole interface to Velox's binary: what these functions call in libvelox.so, and the few
// layouts that they share with it.
//
// The wheel ships no headers, so these declarations were written from the interface that the sources
// of the same release document. A changed signature fails at link time; a changed layout would not.
// Hence the library is used with the libvelox.so in pinned_libvelox.toml and no other, and the
// build proves its results (selftest.py).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

// The Arrow C data interface: https://arrow.apache.org/docs/format/CDataInterface.html
extern "C" {
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};
}

enum class TimestampUnit : uint8_t { kNano = 9 };

// Shared layout.
struct ArrowOptions {
  bool flattenDictionary = false;
  bool flattenConstant = false;
  TimestampUnit timestampUnit = TimestampUnit::kNano;
  std::optional<std::string> timestampTimeZone;
  bool exportToStringView = false;
};

namespace facebook::velox {

// Opaque: vectors and types cross by pointer only.
class BaseVector;
class Type;
using VectorPtr = std::shared_ptr<BaseVector>;
using TypePtr = std::shared_ptr<const Type>;

namespace memory {
class MemoryPool;
MemoryPool& deprecatedSharedLeafPool();
}  // namespace memory

// The rows that a function is asked for. Shared layout.
class SelectivityVector {
 public:
  int32_t size() const { return size_; }
  int32_t end() const { return end_; }
  bool isValid(int32_t row) const { return (bits_[row / 64] >> (row % 64)) & 1; }

 private:
  std::vector<uint64_t> bits_;
  int32_t size_;
  int32_t begin_;
  int32_t end_;
  mutable std::optional<bool> allSelected_;
};

void exportToArrow(
    const VectorPtr& vector, ArrowArray& array, memory::MemoryPool* pool,
    const ArrowOptions& options);

VectorPtr importFromArrowAsOwner(
    ArrowSchema& schema, ArrowArray& array, memory::MemoryPool* pool);

namespace exec {

enum class FunctionCanonicalName { kUnknown };

class EvalCtx {
 public:
  void moveOrCopyResult(
      const VectorPtr& local, const SelectivityVector& rows, VectorPtr& result) const;
};

// Shared layout: the order of the virtual functions.
class VectorFunction {
 public:
  virtual ~VectorFunction() = default;
  virtual void apply(
      const SelectivityVector& rows, std::vector<VectorPtr>& arguments, const TypePtr& outputType,
      EvalCtx& context, VectorPtr& result) const = 0;
  virtual bool supportsFlatNoNullsFastPath() const { return false; }
  virtual std::vector<size_t> ensureStringEncodingSetAt() const { return {}; }
  virtual bool ensureStringEncodingSetAtAllInputs() const { return false; }
  virtual bool propagateStringEncodingFromAllInputs() const { return false; }
  virtual std::optional<std::vector<size_t>> propagateStringEncodingFrom() const { return {}; }
  virtual FunctionCanonicalName getCanonicalName() const {
    return FunctionCanonicalName::kUnknown;
  }
};

// Shared layout.
struct VectorFunctionMetadata {
  bool supportsFlattening = false;
  bool deterministic = true;
  bool defaultNullBehavior = true;  // a null argument makes a null result, without a call
  bool companionFunction = false;
};

enum class ParameterType : int8_t { kTypeParameter, kIntegerParameter };

// Shared layout; only ever passed in an empty map.
class SignatureVariable {
  std::string name_;
  std::string constraint_;
  ParameterType type_;
  bool knownTypesOnly_;
  bool orderableTypesOnly_;
  bool comparableTypesOnly_;
};

// Shared layout.
class TypeSignature {
  std::string baseName_;
  std::vector<TypeSignature> parameters_;
  std::optional<std::string> rowFieldName_;
};

TypeSignature parseTypeSignature(const std::string& signature);

// Shared layout.
class FunctionSignature {
 public:
  FunctionSignature(
      std::unordered_map<std::string, SignatureVariable> variables, TypeSignature returnType,
      std::vector<TypeSignature> argumentTypes, std::vector<bool> constantArguments,
      bool variableArity);
  virtual ~FunctionSignature() = default;
  virtual std::string toString() const;

 private:
  std::unordered_map<std::string, SignatureVariable> variables_;
  TypeSignature returnType_;
  std::vector<TypeSignature> argumentTypes_;
  std::vector<bool> constantArguments_;
  bool variableArity_;
};

bool registerVectorFunction(
    const std::string& name, std::vector<std::shared_ptr<FunctionSignature>> signatures,
    std::unique_ptr<VectorFunction> function, VectorFunctionMetadata metadata, bool overwrite);

}  // namespace exec
}  // namespace facebook::velox

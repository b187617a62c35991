// Package nodediff holds what scripts see to Node.js itself and to the npm package axios: its tests run the
// same scripts on both sides and compare what came out, for HTTP what went over the wire too. The answers of
// Node are kept in testdata for machines without it.
package nodediff
